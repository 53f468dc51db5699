package house

import (
	"fmt"
	"path"
	"slices"
	"strconv"
	"strings"
)

// A room is a package's place in the house: what it does, and on what it may stand.
type room struct {
	floor int
	job   string
	may   []string // rooms it may import; so may it import what those may
	waits bool     // it waits: it takes a clock.Clock, and its Run may start goroutines
}

// rooms is the import table of the design. A package that is not in it does not belong to the house:
// give it a row here, with its one job, in the change that brings it.
var rooms = map[string]room{
	"freshness/schedule":           {floor: 0, job: "instants and calendars, exact across DST"},
	"freshness":                    {floor: 1, job: "the rule and the check: when must data land, and did it", may: []string{"freshness/schedule"}, waits: true},
	"freshness/source":             {floor: 1, job: "where landing times come from", may: []string{"freshness"}},
	"sla":                          {floor: 2, job: "the promise, its tracking, and which asset feeds which promise", may: []string{"freshness"}},
	"sla/keep":                     {floor: 2, job: "keeps what a tracker recorded, and shares it among replicas", may: []string{"sla", "internal/storable"}, waits: true},
	"sla/keep/storetest":           {floor: 2, job: "checks that a store of tracked state keeps its promises", may: []string{"sla/keep", "internal/storecheck"}},
	"sla/sqlstore":                 {floor: 2, job: "tracked state in the user's own database", may: []string{"sla/keep", "internal/sqldb"}},
	"sla/slakit":                   {floor: 2, job: "what a user's own unit tests want", may: []string{"sla"}},
	"sla/dbt":                      {floor: 2, job: "reads the freshness that dbt projects already state", may: []string{"sla", "freshness"}},
	"priority":                     {floor: 3, job: "signals, and how urgent they are", may: []string{"sla", "freshness"}},
	"priority/incident":            {floor: 3, job: "the record of an incident and its announcement", may: []string{"priority", "internal/storable"}, waits: true},
	"internal/wording":             {floor: 3, job: "says in words what an incident is", may: []string{"priority/incident"}},
	"internal/httpsend":            {floor: 3, job: "sends announcers' requests, and keeps secrets out of errors", may: []string{"priority/incident"}},
	"internal/fakeslack":           {floor: 3, job: "a Slack workspace in memory, for tests and the demo"},
	"priority/pagerduty":           {floor: 3, job: "announces incidents to PagerDuty", may: []string{"internal/wording", "internal/httpsend"}},
	"priority/webhook":             {floor: 3, job: "announces incidents as signed CloudEvents", may: []string{"internal/wording", "internal/httpsend"}},
	"priority/incident/sqljournal": {floor: 3, job: "the record of incidents in the user's own database", may: []string{"priority/incident", "internal/sqldb"}},
	"priority/incident/storetest":  {floor: 3, job: "checks that a store of incidents keeps its promises", may: []string{"priority/incident", "internal/storecheck"}, waits: true},
	"priority/slack":               {floor: 3, job: "announces incidents in Slack", may: []string{"internal/wording", "internal/httpsend", "internal/fakeslack"}},
	"sla/status":                   {floor: 4, job: "answers how the data is, for people and programs", may: []string{"sla", "priority/incident"}},
	".":                            {floor: 5, job: "the map: no API of its own, whole programs in its examples"},
	"internal/storable":            {floor: 0, job: "which names, texts and instants every store keeps as they are"},
	"internal/storecheck":          {floor: 0, job: "what the conformance suites of stores have in common"},
	"internal/sqldb":               {floor: 0, job: "what the stores in SQL databases have in common", may: []string{"internal/storable"}},
	"internal/demo":                {floor: 6, job: "the route of one fact on real landings", may: everything},
	"internal/house":               {floor: 6, job: "these rules"},
}

var everything = []string{"freshness/source", "sla/sqlstore", "sla/slakit", "sla/dbt", "priority/slack", "priority/pagerduty", "priority/webhook", "sla/status", "internal/fakeslack"}

// reach lists the rooms that a room may import, those below those it names included.
func reach(dir string) map[string]bool {
	seen := map[string]bool{}
	var walk func(string)
	walk = func(dir string) {
		for _, below := range rooms[dir].may {
			seen[below] = true
			walk(below)
		}
	}
	walk(dir)
	return seen
}

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
			if _, known := rooms[p.dir]; !known {
				faults = append(faults, fmt.Sprintf("%s: not in the import table: add a row to rooms, with its one job", p.dir))
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
		{"a stranger", map[string]string{"sla/util/util.go": "package util\n"}, "sla/util: not in the import table"},
	},
}

// upward finds imports of rooms that are not below. A test may import its own package; the root's examples show every room.
func (t *tree) upward(p *pkg, f *file, may map[string]bool) (faults []string) {
	for _, imp := range t.imports(f) {
		dir, own := ours(imp.path)
		switch {
		case !own, may[dir], f.test && dir == p.dir:
		case f.test && p.dir == "." && !strings.HasPrefix(dir, "internal/"):
		default:
			faults = append(faults, fmt.Sprintf("%s: imports %s, which is not below %s", imp.at, dir, p.dir))
		}
	}
	return faults
}

// leaningRooms finds rows of the table that stand on a higher floor, or on nothing.
func leaningRooms() (faults []string) {
	for _, dir := range sortedKeys(rooms) {
		for _, below := range rooms[dir].may {
			if row, ok := rooms[below]; !ok || row.floor > rooms[dir].floor {
				faults = append(faults, fmt.Sprintf("rooms: %s may not stand on %s", dir, below))
			}
		}
	}
	return faults
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
	case p.ships() && !rooms[p.dir].waits:
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
	"testing":        {why: "belongs in test files, and in the kits for users' tests", except: []string{"sla/slakit", "sla/keep/storetest", "priority/incident/storetest", "internal/storecheck"}},
	"time/tzdata":    {why: "450 kB in every embedder's binary: theirs to choose"},
	"unsafe":         {why: "nothing here is worth it"},
}

var standardRule = rule{
	name: "standard",
	why:  "a library starts, opens, logs and registers nothing that its caller did not ask for",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			for _, f := range p.shipped() {
				for _, imp := range t.imports(f) {
					bad, ok := unwelcome[imp.path]
					if ok && !slices.Contains(bad.except, p.dir) {
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
