package house

import (
	"fmt"
	"regexp"
	"strings"
)

// oldVoice are words of an earlier voice. They are put together from halves, or this file would break its own rule.
var oldVoice = regexp.MustCompile(`(?i)\b(ans` + `wers|wh` + `om|no` + `body|le` + `st|me` + `nds?|me` + `nded)\b`)

// maxColumns is how wide a line of Go may be; a tab counts as one.
const maxColumns = 110

var voiceRule = rule{
	name: "voice",
	why:  "comments speak as the standard library does: returns, reports whether, is",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			for _, f := range p.shipped() {
				for _, group := range f.ast.Comments {
					for _, line := range group.List {
						if found := oldVoice.FindString(line.Text); found != "" {
							faults = append(faults, t.fault(line.Pos(), "%q in a comment", found))
						}
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"old voice", map[string]string{"sla/x.go": "package sla\n\n// f ans" + "wers 1.\nfunc f() int { return 1 }\n"}, "sla/x.go:3: \"ans"},
	},
}

var columnsRule = rule{
	name: "columns",
	why:  "a line that needs scrolling is not read",
	check: func(t *tree) (faults []string) {
		for _, p := range t.packages {
			for _, f := range p.shipped() {
				number := 0
				for line := range strings.Lines(t.texts[f.path]) {
					number++
					if width := len([]rune(strings.TrimRight(line, "\n"))); width > maxColumns {
						faults = append(faults, fmt.Sprintf("%s:%d: %d columns, at most %d", f.path, number, width, maxColumns))
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"wide", map[string]string{"sla/x.go": "package sla\n\n// " + strings.Repeat("x", maxColumns) + "\n"}, "sla/x.go:3: 113 columns"},
	},
}
