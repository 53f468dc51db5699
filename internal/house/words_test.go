package house

import (
	"fmt"
	"path"
	"regexp"
	"strings"
)

// The patterns below are put together from halves, or this file would break its own rules.
var (
	// unfinished marks work that somebody meant to come back to.
	unfinished = regexp.MustCompile(`\b(TO` + `DO|FIX` + `ME|XX` + `X|HA` + `CK)\b|(?i:\b(for n` + `ow\b([^ ]| [^:,=]|$)|simpli` + `fied|un` + `implemented|not impl` + `emented))`)
	// machine is a path on somebody's machine.
	machine = regexp.MustCompile(`(^|[^\w.])/(ro` + `ot|ho` + `me|wo` + `rk|Us` + `ers)/\w`)
	// registry is a host that a build is served from.
	registry = regexp.MustCompile(`\b(proxy|registry|sum|deb|security|mirror|mirrors|index)\.[a-z]+\.(org|com|net|dev)\b`)
)

var wordsRule = rule{
	name:  "words",
	why:   "unfinished work belongs in an issue, not in the tree",
	check: func(t *tree) []string { return t.grep(unfinished, "marks unfinished work") },
	bites: []bite{
		{"marker", map[string]string{"sla/x.go": "package sla\n\n// TO" + "DO: more\n"}, "sla/x.go:3: \"TO" + "DO\" marks unfinished work"},
		{"prose", map[string]string{"README.md": soundTree["README.md"] + "\nSimpli" + "fied, then.\n"}, "marks unfinished work"},
		{"promise, but not a loop", map[string]string{"sla/x.go": "package sla\n\nfunc f() {\n\tfor n" + "ow := 0; ; { // fine for n" + "ow\n\t}\n}\n"}, "sla/x.go:4: \"for n" + "ow\""},
		{"nested", map[string]string{"internal/bench/x.go": "package bench\n\n// FIX" + "ME\n"}, "internal/bench/x.go:3"},
	},
}

var placesRule = rule{
	name: "places",
	why:  "the tree must build on every machine, from whatever registry it is set up with",
	check: func(t *tree) []string {
		return append(t.grep(machine, "is a path on one machine"), t.grep(registry, "names a registry's host")...)
	},
	bites: []bite{
		{"machine", map[string]string{".ci/run": "cd /ro" + "ot/x\n"}, ".ci/run:1: \"/ro" + "ot/x\" is a path"},
		{"registry", map[string]string{".ci/run": "GOPROXY=https://proxy." + "example.org\n"}, "names a registry's host"},
	},
}

// grep finds a pattern in everything that people write.
func (t *tree) grep(pattern *regexp.Regexp, what string) (faults []string) {
	for _, name := range sortedKeys(t.texts) {
		if path.Base(name) == "go.sum" || strings.Contains(name, "testdata/") {
			continue
		}
		number := 0
		for line := range strings.Lines(t.texts[name]) {
			number++
			if found := pattern.FindString(line); found != "" {
				faults = append(faults, fmt.Sprintf("%s:%d: %q %s", name, number, strings.TrimSpace(found), what))
			}
		}
	}
	return faults
}
