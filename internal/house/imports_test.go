package house

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// An imported is one import clause.
type imported struct {
	path string
	at   string
}

func (t *tree) imports(f *file) []imported {
	var list []imported
	for _, spec := range f.ast.Imports {
		name, _ := strconv.Unquote(spec.Path.Value) // the parser has checked it
		list = append(list, imported{name, t.at(spec.Pos())})
	}
	return list
}

// ours cuts the module's path off an import, and says whether it was there.
func ours(importPath string) (dir string, ok bool) {
	if importPath == modulePath {
		return ".", true
	}
	return strings.CutPrefix(importPath, modulePath+"/")
}

// isStandard says whether an import comes with Go: only other modules have a dot in their first element.
func isStandard(importPath string) bool {
	first, _, _ := strings.Cut(importPath, "/")
	return !strings.Contains(first, ".")
}

var floorsRule = rule{
	name: "floors",
	why:  "facts travel upward only; a package imports what is below it, or an embedder cannot take one room without the roof",
	check: func(t *tree) (faults []string) {
		for _, p := range t.packages {
			if _, known := rooms()[p.dir]; !known {
				faults = append(faults, fmt.Sprintf("%s: not in the table of %s: add a row, with its one job", p.dir, architecture))
				continue
			}
			may := reach(p.dir)
			for _, f := range p.files {
				faults = append(faults, t.upward(p, f, may)...)
			}
		}
		return append(faults, leaningRooms()...)
	},
	bites: []bite{
		{"upward", map[string]string{"freshness/up.go": "package freshness\n\nimport _ \"" + modulePath + "/sla\"\n"},
			"freshness/up.go:3: imports sla"},
		{"upward in a test", map[string]string{"freshness/up_test.go": "package freshness_test\n\nimport _ \"" + modulePath + "/sla\"\n"},
			"freshness/up_test.go:3: imports sla"},
		{"internal in what ships", map[string]string{"sla/in.go": "package sla\n\nimport _ \"" + modulePath + "/internal/demo\"\n"},
			"sla/in.go:3: imports internal/demo"},
		{"a stranger", map[string]string{"sla/util/util.go": "package util\n"}, "sla/util: not in the table of"},
	},
}

// upward finds imports of rooms that are not below. A test may import its own package; the root's examples show every room.
func (t *tree) upward(p *pkg, f *file, may map[string]bool) (faults []string) {
	for _, imp := range t.imports(f) {
		dir, own := ours(imp.path)
		switch {
		case !own, may[dir], f.test && dir == p.dir, rooms()[dir].cellar:
		case f.test && p.dir == "." && !strings.HasPrefix(dir, "internal/"):
		default:
			faults = append(faults, fmt.Sprintf("%s: imports %s, which is not below %s", imp.at, dir, p.dir))
		}
	}
	return faults
}

// leaningRooms finds rows of the table that stand on a higher floor, on nothing, or in a circle; and rooms of the cellar
// that stand on a floor.
func leaningRooms() (faults []string) {
	for _, dir := range sortedKeys(rooms()) {
		r := rooms()[dir]
		for _, below := range r.may {
			row, ok := rooms()[below]
			switch {
			case !ok, row.floor > r.floor:
				faults = append(faults, fmt.Sprintf("%s: %s may not stand on %s", architecture, dir, below))
			case reach(below)[dir]:
				faults = append(faults, fmt.Sprintf("%s: %s and %s stand on each other", architecture, dir, below))
			case r.floor != atticFloor && folderRank(below) > folderRank(dir):
				faults = append(faults, fmt.Sprintf("%s: the folder of %s is above that of %s", architecture, below, dir))
			}
		}
	}
	return faults
}

// folderRank orders the folders of the top level: data flows from the first to the last.
func folderRank(dir string) int {
	top, _, _ := strings.Cut(dir, "/")
	return slices.Index([]string{"freshness", "sla", "priority"}, top) // the cellar is below all of them
}

// A requirement is a module that ours requires.
type requirement struct {
	version string
	where   string // all: may ship; tests: in _test.go files alone; indirect: nobody imports it
	why     string
}

// requirements is the whole of go.mod.
var requirements = map[string]requirement{
	"github.com/benbjohnson/clock": {"v1.3.5", "all", "what waits is driven by the user's mock clock"},
	"github.com/stretchr/testify":  {"v1.12.1", "tests", "assertions; users must not get them through us"},
	"golang.org/x/exp": {"v0.0.0-20260813180055-c1d0aacb2297", "tests",
		"an oracle for our own statistics; its API moves, so an embedder's other version would not build"},
	"go.yaml.in/yaml/v3": {"v3.0.5", "indirect", "testify's YAML assertions need it; nothing of ours does"},
}

// required finds the module that an import comes from.
func required(importPath string) (requirement, bool) {
	for name, req := range requirements {
		if importPath == name || strings.HasPrefix(importPath, name+"/") {
			return req, true
		}
	}
	return requirement{}, false
}

var shipsRule = rule{
	name: "ships",
	why:  "embedders get the standard library and one clock; test dependencies stay in _test.go files",
	check: func(t *tree) (faults []string) {
		for _, p := range t.packages {
			for _, f := range p.files {
				for _, imp := range t.imports(f) {
					if fault := foreign(p, f, imp.path); fault != "" {
						faults = append(faults, imp.at+": "+fault)
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"testify", map[string]string{"sla/kit.go": "package sla\n\nimport _ \"github.com/stretchr/testify/assert\"\n"},
			"sla/kit.go:3: github.com/stretchr/testify/assert may not ship"},
		{"x/exp", map[string]string{"sla/kit.go": "package sla\n\nimport _ \"golang.org/x/exp/stats\"\n"}, "may not ship"},
		{"the clock where nothing waits", map[string]string{"sla/wait.go": "package sla\n\nimport _ \"github.com/benbjohnson/clock\"\n"},
			"sla/wait.go:3: sla does not wait"},
		{"a stranger in a test", map[string]string{"sla/x_test.go": "package sla_test\n\nimport _ \"github.com/google/go-cmp/cmp\"\n"},
			"github.com/google/go-cmp/cmp is not required"},
		{"testify in an example", map[string]string{"sla/example_kit_test.go": "package sla_test\n\nimport _ \"github.com/stretchr/testify/assert\"\n"},
			"examples are copied"},
	},
}

// foreign says what is wrong with an import of another module.
func foreign(p *pkg, f *file, importPath string) string {
	if _, own := ours(importPath); own || isStandard(importPath) {
		return ""
	}
	req, known := required(importPath)
	switch {
	case !known || req.where == "indirect":
		return importPath + " is not required by this module"
	case f.test && isExample(f) && req.where == "tests":
		return importPath + ": examples are copied; let them need nothing but us"
	case f.test:
		return ""
	case req.where != "all":
		return importPath + " may not ship"
	case p.compiled() && !rooms()[p.dir].waits:
		return p.dir + " does not wait, and so needs no clock.Clock: take a now time.Time, or a one-method Clock of ours"
	}
	return ""
}

func isExample(f *file) bool { return strings.HasPrefix(path.Base(f.path), "example") }

// unwelcome says which standard packages may not ship, why, and where they may all the same.
var unwelcome = map[string]struct {
	why    string
	except []string
}{
	"C":              {why: "embedders cross-compile"},
	"expvar":         {why: "registers itself in the embedder's process"},
	"io/ioutil":      {why: "deprecated"},
	"log":            {why: "we log nothing: return an error, or take a slog.Handler"},
	"math/rand":      {why: "same inputs, same outputs; where chance is needed, math/rand/v2 with the caller's source"},
	"net/http/pprof": {why: "registers itself in the embedder's process"},
	"os/exec":        {why: "a library starts no processes"},
	"plugin":         {why: "embedders cross-compile"},
	"testing":        {why: "belongs in test files, and in the kits for users' tests"},
	"time/tzdata":    {why: "450 kB in every embedder's binary: theirs to choose"},
	"unsafe":         {why: "nothing here is worth it"},
}

var standardRule = rule{
	name: "standard",
	why:  "a library starts, opens, logs and registers nothing that its caller did not ask for",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			for _, f := range p.shipped() {
				for _, imp := range t.imports(f) {
					bad, ok := unwelcome[imp.path]
					if ok && !slices.Contains(bad.except, p.dir) && (imp.path != "testing" || !rooms()[p.dir].testing) {
						faults = append(faults, fmt.Sprintf("%s: imports %s: %s", imp.at, imp.path, bad.why))
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"log", map[string]string{"sla/log.go": "package sla\n\nimport _ \"log\"\n"}, "sla/log.go:3: imports log: we log nothing"},
		{"testing", map[string]string{"sla/kit.go": "package sla\n\nimport _ \"testing\"\n"}, "belongs in test files"},
	},
}
