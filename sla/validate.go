package sla

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

const (
	mostName        = 1 << 10 // bytes of an ID, a name, an asset
	mostDescription = 1 << 16 // bytes of a description
)

// Validate answers everything that is wrong with the SLA, joined, each fault a [*FieldError]; nil when nothing is.
//
// IDs and names must be valid UTF-8 of at most 1,024 bytes, without control characters and without those that
// reorder or break lines, since they are shown in messages and on terminals.
func (s SLA) Validate() error {
	var f faults
	s.validate(&f, "")
	return f.err()
}

// slas validates a list.
func (f *faults) slas(path string, list []SLA) {
	first := make(map[string]int, len(list))
	for i := range list {
		at := element(path, i)
		list[i].validate(f, at)
		if j, again := first[list[i].ID]; again && list[i].ID != "" {
			f.add(at+".id", "%s is already the ID of %s", quote(list[i].ID), element(path, j))
		} else {
			first[list[i].ID] = i
		}
	}
}

func (s *SLA) validate(f *faults, path string) {
	f.required(join(path, "id"), s.ID)
	f.name(join(path, "name"), s.Name)
	f.text(join(path, "description"), s.Description)
	if problem := s.Tier.problem(); problem != "" {
		f.add(join(path, "tier"), "%s", problem)
	}
	f.names(join(path, "owners"), s.Owners)
	f.names(join(path, "consumers"), s.Consumers)
	f.names(join(path, "assets"), s.Assets)
	s.validateObjectives(f, join(path, "objectives"))
	s.validateWeights(f, path)
}

// validateWeights wants weights where they count, and nowhere else.
func (s *SLA) validateWeights(f *faults, path string) {
	if !s.Target.IsZero() {
		return
	}
	for i := range s.Objectives {
		if s.Objectives[i].Weight > 0 {
			f.add(element(join(path, "objectives"), i)+".weight", "%d counts only in an SLA with a target of its own", s.Objectives[i].Weight)
		}
	}
}

func (s *SLA) validateObjectives(f *faults, path string) {
	first := make(map[string]int, len(s.Objectives))
	for i := range s.Objectives {
		o, at := &s.Objectives[i], element(path, i)
		o.validate(f, at)
		if j, again := first[o.Name]; again && o.Name != "" {
			f.add(at+".name", "%s is already the name of %s", quote(o.Name), element("objectives", j))
		} else {
			first[o.Name] = i
		}
	}
}

// contained turns a panic of a user's code into an error.
func contained(validate func() error) (err error) {
	defer func() {
		if v := recover(); v != nil {
			err = fmt.Errorf("its Validate panicked: %v", v)
		}
	}()
	return validate()
}

// names refuses empty, hostile and repeated names.
func (f *faults) names(path string, list []string) {
	first := make(map[string]int, len(list))
	for i, name := range list {
		f.required(element(path, i), name)
		if j, again := first[name]; again && name != "" {
			f.add(element(path, i), "%s is already in %s", quote(name), element(path, j))
		} else {
			first[name] = i
		}
	}
}

func (f *faults) required(path, name string) {
	if name == "" {
		f.add(path, "is missing")
	}
	f.name(path, name)
}

func (f *faults) name(path, name string) {
	if problem := nameProblem(name); problem != "" {
		f.add(path, "%s", problem)
	}
}

func (f *faults) text(path, text string) {
	if problem := textProblem(text); problem != "" {
		f.add(path, "%s", problem)
	}
}

// nameProblem says why a name must not be shown on one line; empty when it may.
func nameProblem(name string) string {
	for i := range len(name) {
		if c := name[i]; c < ' ' || c >= 0x7f {
			return runeProblem(name, mostName, hostile)
		}
	}
	return lengthProblem(name, mostName)
}

// textProblem says why a text must not be shown; empty when it may. Line breaks and tabs are welcome.
func textProblem(text string) string {
	return runeProblem(text, mostDescription, func(r rune) bool { return hostile(r) && !strings.ContainsRune("\n\r\t", r) })
}

func runeProblem(text string, most int, refused func(rune) bool) string {
	if problem := lengthProblem(text, most); problem != "" {
		return problem
	}
	if !utf8.ValidString(text) {
		return quote(text) + " is not valid UTF-8"
	}
	if i := strings.IndexFunc(text, refused); i >= 0 {
		r, _ := utf8.DecodeRuneInString(text[i:])
		return fmt.Sprintf("%s holds the control character %U", quote(text), r)
	}
	return ""
}

func lengthProblem(text string, most int) string {
	if len(text) > most {
		return fmt.Sprintf("%s is longer than %d bytes", quote(text), most)
	}
	return ""
}

// hostile tells characters that move the cursor, break the line or reorder what a reader sees.
func hostile(r rune) bool {
	return unicode.IsControl(r) || unicode.In(r, unicode.Zl, unicode.Zp, unicode.Bidi_Control)
}
