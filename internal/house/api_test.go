package house

import (
	"flag"
	"fmt"
	"go/types"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

var update = flag.Bool("update", false, "rewrite the golden files of the exported API")

// goldens is where the exported API stands as text, one file a package. A change to it is reviewed in the diff.
const goldens = "internal/house/testdata/api"

var apiRule = rule{
	name: "api",
	why:  "the exported API changes only on purpose: run go test ./internal/house -run API -update, and review the diff",
	check: func(t *tree) (faults []string) {
		stale := map[string]bool{}
		for name := range t.texts {
			if path.Dir(name) == goldens {
				stale[name] = true
			}
		}
		for _, p := range t.shipped() {
			delete(stale, goldenFile(p))
			faults = append(faults, t.apiDiff(p)...)
		}
		for _, name := range sortedKeys(stale) {
			faults = append(faults, name+": lists a package that is not there")
		}
		return faults
	},
	bites: []bite{
		{"added", map[string]string{"sla/x.go": "package sla\n\n// Day is long.\nconst Day = 24\n"}, "sla: + const Day untyped int = 24"},
		{"removed", map[string]string{goldens + "/sla.txt": soundTree[goldens+"/sla.txt"] + "func Gone()\n"}, "sla: - func Gone()"},
		{"missing", map[string]string{goldens + "/sla.txt": gone}, "api/sla.txt: missing"},
		{"stale", map[string]string{goldens + "/gone.txt": "func Gone()\n"}, "gone.txt: lists a package that is not there"},
		{"broken", map[string]string{"sla/x.go": "package sla\n\nvar x int = \"\"\n"}, "cannot use"},
	},
}

// foreignName is a name of another module, as it stands in a line of the API.
var foreignName = regexp.MustCompile(`[\w-]+\.[\w-]+/[\w./-]+`)

var signaturesRule = rule{
	name: "signatures",
	why:  "a name of another module in ours ties embedders to its version; clock.Clock is the one exception",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			lines, err := t.api(p)
			if err != nil {
				return append(faults, p.dir+": "+err.Error())
			}
			for _, line := range lines {
				code, _, _ := strings.Cut(line, "`")
				for _, name := range foreignName.FindAllString(code, -1) {
					if name != "github.com/benbjohnson/clock.Clock" {
						faults = append(faults, fmt.Sprintf("%s: %s shows %s", p.dir, line, name))
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"mock", map[string]string{"freshness/x.go": "package freshness\n\nimport \"github.com/benbjohnson/clock\"\n\n// F is.\nfunc F(c clock.Clock, m *clock.Mock) {}\n" +
			"\n// G is.\nfunc G(c clock.Clock) {}\n"}, "shows github.com/benbjohnson/clock.Mock"},
	},
}

func TestAPI(t *testing.T) {
	tree, err := readHouse()
	require.NoError(t, err)
	if *update {
		require.NoError(t, tree.writeGoldens("../.."))
		return
	}
	if faults := apiRule.check(tree); len(faults) > 0 {
		t.Errorf("%s\n\t%s", apiRule.why, strings.Join(faults, "\n\t"))
	}
}

func TestListingShowsEveryKind(t *testing.T) {
	tree := fixture(t, map[string]string{"sla/x.go": `package sla

import "time"

type Kind int

const (
	First Kind = iota + 1
	Second
)

type Pair[K comparable, V any] struct {
	Key   K ` + "`json:\"key\"`" + `
	hid   []V
}

func (p *Pair[K, V]) Swap(at time.Time) (ok bool) { return hidden(p) }

type Alias = map[string]time.Duration

type Source interface {
	Read(n int) error
	private()
}

type Embeds struct {
	Source
	Func func(a, b int) string
}

var ErrX error

func hidden(any) bool { return false }
`})
	for _, p := range tree.packages {
		if p.dir != "sla" {
			continue
		}
		lines, err := tree.api(p)
		require.NoError(t, err)
		require.Subset(t, lines, []string{
			"const First Kind = 1",
			"const Second Kind = 2",
			"func NewSLA(id string) SLA",
			"method (*Pair[K comparable, V any]) Swap(at time.Time) (ok bool)",
			"method (Embeds) Read(n int) error",
			"method (Source) Read(n int) error",
			"type Alias = map[string]time.Duration",
			"type Embeds struct, not comparable",
			"type Embeds struct, Func func(a int, b int) string",
			"type Embeds struct, Source (embedded)",
			"type Kind int",
			"type Pair[K comparable, V any] struct, not comparable",
			"type Pair[K comparable, V any] struct, Key K `json:\"key\"`",
			"type Source interface, not to be implemented elsewhere",
			"var ErrX error",
		})
		require.NotContains(t, strings.Join(lines, "\n"), "hid")
	}
}

func goldenFile(p *pkg) string {
	name := strings.ReplaceAll(p.dir, "/", ".")
	if p.dir == "." {
		name = p.name
	}
	return goldens + "/" + name + ".txt"
}

// apiDiff prints what a package exports and should not, and the reverse.
func (t *tree) apiDiff(p *pkg) (faults []string) {
	got, err := t.api(p)
	if err != nil {
		return []string{p.dir + ": " + err.Error()}
	}
	if !t.paths[goldenFile(p)] {
		return []string{goldenFile(p) + ": missing"}
	}
	want := strings.Split(strings.TrimSuffix(t.texts[goldenFile(p)], "\n"), "\n")
	for _, line := range want {
		if !slices.Contains(got, line) && line != "" {
			faults = append(faults, p.dir+": - "+line)
		}
	}
	for _, line := range got {
		if !slices.Contains(want, line) {
			faults = append(faults, p.dir+": + "+line)
		}
	}
	return faults
}

func (t *tree) writeGoldens(root string) error {
	dir := filepath.Join(root, filepath.FromSlash(goldens))
	if err := os.RemoveAll(dir); err != nil {
		return err
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	for _, p := range t.shipped() {
		lines, err := t.api(p)
		if err != nil {
			return err
		}
		text := strings.Join(append(lines, ""), "\n")
		if err := os.WriteFile(filepath.Join(root, filepath.FromSlash(goldenFile(p))), []byte(text), 0o644); err != nil {
			return err
		}
	}
	return nil
}

// api lists what a package exports, a line for each name, field and method, sorted.
// A constant stands with its value, for other programs have compiled it in.
func (t *tree) api(p *pkg) ([]string, error) {
	checked := t.checker.check(p)
	if checked.err != nil {
		return nil, checked.err
	}
	l := apiLister{qualify: func(other *types.Package) string {
		switch dir, own := ours(other.Path()); {
		case other == checked.pkg:
			return ""
		case own:
			return dir
		}
		return other.Path()
	}}
	scope := checked.pkg.Scope()
	for _, name := range scope.Names() {
		if obj := scope.Lookup(name); obj.Exported() {
			l.object(obj)
		}
	}
	slices.Sort(l.lines)
	return l.lines, nil
}

type apiLister struct {
	qualify types.Qualifier
	lines   []string
}

func (l *apiLister) add(format string, args ...any) {
	l.lines = append(l.lines, fmt.Sprintf(format, args...))
}

func (l *apiLister) text(kind types.Type) string { return types.TypeString(kind, l.qualify) }

func (l *apiLister) object(obj types.Object) {
	switch obj := obj.(type) {
	case *types.Const:
		l.add("const %s %s = %s", obj.Name(), l.text(obj.Type()), obj.Val().ExactString())
	case *types.Var:
		l.add("var %s %s", obj.Name(), l.text(obj.Type()))
	case *types.Func:
		l.add("func %s%s", obj.Name(), l.signature(obj))
	case *types.TypeName:
		l.typeName(obj)
	}
}

func (l *apiLister) signature(f *types.Func) string {
	return strings.TrimPrefix(l.text(f.Type()), "func")
}

func (l *apiLister) typeName(obj *types.TypeName) {
	if alias, ok := obj.Type().(*types.Alias); ok {
		l.add("type %s = %s", obj.Name(), l.text(alias.Rhs()))
		return
	}
	named := obj.Type().(*types.Named) // what else a package can declare
	name := obj.Name() + l.parameters(named)
	switch under := named.Underlying().(type) {
	case *types.Struct:
		l.structure(name, under)
	case *types.Interface:
		l.contract(name, under)
	default:
		l.add("type %s %s", name, l.text(under))
	}
	l.methods(named)
}

// parameters prints the type parameters of a generic type, with their constraints.
func (l *apiLister) parameters(named *types.Named) string {
	var list []string
	for p := range named.TypeParams().TypeParams() {
		list = append(list, p.Obj().Name()+" "+l.text(p.Constraint()))
	}
	if len(list) == 0 {
		return ""
	}
	return "[" + strings.Join(list, ", ") + "]"
}

func (l *apiLister) structure(name string, under *types.Struct) {
	if types.Comparable(under) {
		l.add("type %s struct", name)
	} else {
		l.add("type %s struct, not comparable", name)
	}
	for i := range under.NumFields() {
		field, tag := under.Field(i), under.Tag(i)
		if tag != "" {
			tag = " `" + tag + "`"
		}
		switch {
		case !field.Exported():
		case field.Embedded():
			l.add("type %s struct, %s (embedded)%s", name, l.text(field.Type()), tag)
		default:
			l.add("type %s struct, %s %s%s", name, field.Name(), l.text(field.Type()), tag)
		}
	}
}

func (l *apiLister) contract(name string, under *types.Interface) {
	closed := ""
	for m := range under.Methods() {
		if !m.Exported() {
			closed = ", not to be implemented elsewhere"
		}
	}
	l.add("type %s interface%s", name, closed)
}

// methods lists the method set, what is promoted from embedded fields included.
func (l *apiLister) methods(named *types.Named) {
	values := types.NewMethodSet(named)
	set := types.NewMethodSet(types.NewPointer(named))
	if types.IsInterface(named) {
		set = values
	}
	for sel := range set.Methods() {
		f := sel.Obj().(*types.Func) // a method set holds nothing else
		if !f.Exported() {
			continue
		}
		star := "*"
		if values.Lookup(f.Pkg(), f.Name()) != nil {
			star = ""
		}
		l.add("method (%s%s) %s%s", star, l.text(named), f.Name(), l.signature(f))
	}
}
