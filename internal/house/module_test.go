package house

import (
	"fmt"
	"path"
	"slices"
	"strings"
)

// A modfile is what the rules ask of a go.mod.
type modfile struct {
	module, goVersion string
	direct, indirect  map[string]string // path to version
	other             []string          // directives of any other kind, such as toolchain, tool, replace
}

// parseModfile reads the plain form of go.mod that "go mod tidy" writes.
func parseModfile(text string) modfile {
	m := modfile{direct: map[string]string{}, indirect: map[string]string{}}
	block := ""
	for line := range strings.Lines(text) {
		code, comment, _ := strings.Cut(strings.TrimSpace(line), "//")
		words := strings.Fields(code)
		switch {
		case len(words) == 0:
			continue
		case words[0] == ")":
			block = ""
			continue
		case len(words) == 2 && words[1] == "(":
			block = words[0]
			continue
		case block != "":
			words = append([]string{block}, words...)
		}
		m.directive(words, strings.TrimSpace(comment) == "indirect")
	}
	return m
}

func (m *modfile) directive(words []string, indirect bool) {
	switch {
	case words[0] == "module":
		m.module = words[1]
	case words[0] == "go":
		m.goVersion = words[1]
	case words[0] == "require" && indirect:
		m.indirect[words[1]] = words[2]
	case words[0] == "require":
		m.direct[words[1]] = words[2]
	default:
		m.other = append(m.other, strings.Join(words, " "))
	}
}

// goVersion is the lowest Go that embedders may use.
const goVersion = "1.25.0"

var moduleRule = rule{
	name: "module",
	why:  "what go.mod says reaches every embedder",
	check: func(t *tree) (faults []string) {
		m := parseModfile(t.texts["go.mod"])
		say := func(format string, args ...any) { faults = append(faults, "go.mod: "+fmt.Sprintf(format, args...)) }
		if m.module != modulePath {
			say("module %s, want %s", m.module, modulePath)
		}
		if m.goVersion != goVersion {
			say("go %s, want %s: raising it drops embedders", m.goVersion, goVersion)
		}
		for _, other := range m.other {
			say("%q: no such line here, it reaches embedders", other)
		}
		for _, name := range sortedKeys(requirements) {
			req := requirements[name]
			listed := m.direct
			if req.where == "indirect" {
				listed = m.indirect
			}
			if listed[name] != req.version {
				say("requires %s %q, the house table says %s (%s)", name, listed[name], req.version, req.why)
			}
			delete(listed, name)
		}
		for _, name := range append(sortedKeys(m.direct), sortedKeys(m.indirect)...) {
			say("requires %s, which is not in the house table", name)
		}
		return faults
	},
	bites: []bite{
		{"toolchain", map[string]string{"go.mod": soundTree["go.mod"] + "\ntoolchain go1.26.8\n"}, `"toolchain go1.26.8"`},
		{"tool", map[string]string{"go.mod": soundTree["go.mod"] + "\ntool (\n\tgolang.org/x/tools/cmd/stringer\n)\n"}, `"tool golang.org/x/tools/cmd/stringer"`},
		{"newer Go", map[string]string{"go.mod": strings.Replace(soundTree["go.mod"], "go "+goVersion, "go 1.26.0", 1)}, "go 1.26.0, want"},
		{"a fourth module", map[string]string{"go.mod": soundTree["go.mod"] + "\nrequire example.org/x v1.0.0\n"}, "requires example.org/x"},
		{"another version", map[string]string{"go.mod": strings.Replace(soundTree["go.mod"], "clock v1.3.5", "clock v1.3.4", 1)}, "the house table says v1.3.5"},
	},
}

var nestedRule = rule{
	name: "nested",
	why:  "a module inside internal must test the tree it stands in, and its name must not be importable",
	check: func(t *tree) (faults []string) {
		for _, name := range t.nestedModules() {
			m, dir := parseModfile(t.texts[name]), path.Dir(name)
			if !strings.HasPrefix(dir, "internal/") {
				continue // adapters that ship require a published core
			}
			up := strings.TrimSuffix(strings.Repeat("../", strings.Count(dir, "/")+1), "/")
			if want := modulePath + "/" + dir; m.module != want {
				faults = append(faults, fmt.Sprintf("%s: module %s, want %s", name, m.module, want))
			}
			if want := "replace " + modulePath + " => " + up; !slices.Contains(m.other, want) {
				faults = append(faults, fmt.Sprintf("%s: wants the line %q", name, want))
			}
		}
		return faults
	},
	bites: []bite{
		{"another core", map[string]string{"internal/bench/go.mod": "module " + modulePath + "/internal/bench\n"}, "=> ../.."},
		{"another name", map[string]string{"internal/bench/go.mod": "module bench\n\nreplace " + modulePath + " => ../..\n"}, "module bench, want"},
	},
}

// topLevel is what may stand beside the dot-files at the top.
var topLevel = []string{
	"CHANGELOG.md", "LICENSE", "README.md", "doc.go", "example_test.go", "go.mod", "go.sum",
	"freshness/", "internal/", "priority/", "sla/",
}

var layoutRule = rule{
	name: "layout",
	why:  "the top level is the map a reader meets first",
	check: func(t *tree) (faults []string) {
		for _, name := range t.top {
			if !strings.HasPrefix(name, ".") && !slices.Contains(topLevel, name) {
				faults = append(faults, name+": not for the top level")
			}
		}
		for _, name := range topLevel {
			if !slices.Contains(t.top, name) {
				faults = append(faults, name+": missing at the top level")
			}
		}
		return faults
	},
	bites: []bite{
		{"clutter", map[string]string{"Makefile": "all:\n"}, "Makefile: not for the top level"},
		{"no licence", map[string]string{"LICENSE": gone}, "LICENSE: missing"},
	},
}
