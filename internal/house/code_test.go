package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"go/types"
	"strings"
)

var globalsRule = rule{
	name: "globals",
	why:  "importing us changes nothing, and nothing that one caller does reaches another",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			checked := t.checker.check(p)
			if checked.err != nil {
				return append(faults, p.dir+": "+checked.err.Error())
			}
			for _, f := range p.shipped() {
				for _, decl := range f.ast.Decls {
					faults = append(faults, t.mutable(decl)...)
				}
				faults = append(faults, t.assigned(f, checked.info)...)
			}
		}
		return faults
	},
	bites: []bite{
		{"init", map[string]string{"sla/x.go": "package sla\n\nfunc init() {}\n"}, "sla/x.go:3: init runs unasked"},
		{"exported variable", map[string]string{"sla/x.go": "package sla\n\nvar Default = 1\n"}, "Default can be changed by anybody"},
		{"changed variable", map[string]string{"sla/x.go": "package sla\n\nvar seen = map[string]int{}\n\nfunc see(s string) { seen[s]++ }\n"}, "sla/x.go:5: changes the global seen"},
		{"address", map[string]string{"sla/x.go": "package sla\n\nvar seen int\n\nfunc see() *int { return &seen }\n"}, "changes the global seen"},
	},
}

// mutable finds init functions, and exported variables that are not sentinel errors.
func (t *tree) mutable(decl ast.Decl) (faults []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Recv == nil && decl.Name.Name == "init" {
			faults = append(faults, t.fault(decl.Pos(), "init runs unasked"))
		}
	case *ast.GenDecl:
		if decl.Tok != token.VAR {
			return nil
		}
		for _, spec := range decl.Specs {
			for _, name := range spec.(*ast.ValueSpec).Names {
				if name.IsExported() && !strings.HasPrefix(name.Name, "Err") {
					faults = append(faults, t.fault(name.Pos(), "%s can be changed by anybody: make it a function or a constant", name.Name))
				}
			}
		}
	}
	return faults
}

// assigned finds changes of package variables inside functions.
func (t *tree) assigned(f *file, info *types.Info) (faults []string) {
	change := func(target ast.Expr) {
		if name := global(target, info); name != "" {
			faults = append(faults, t.fault(target.Pos(), "changes the global %s", name))
		}
	}
	ast.Inspect(f.ast, func(n ast.Node) bool {
		switch n := n.(type) {
		case *ast.AssignStmt:
			for _, target := range n.Lhs {
				change(target)
			}
		case *ast.IncDecStmt:
			change(n.X)
		case *ast.UnaryExpr:
			if n.Op == token.AND {
				change(n.X)
			}
		}
		return true
	})
	return faults
}

// global names the package variable at the root of an assignment's target.
func global(target ast.Expr, info *types.Info) string {
	for {
		switch e := target.(type) {
		case *ast.IndexExpr:
			target = e.X
		case *ast.SelectorExpr:
			target = e.X
		case *ast.ParenExpr:
			target = e.X
		case *ast.StarExpr:
			target = e.X
		case *ast.Ident:
			v, ok := info.Uses[e].(*types.Var)
			if ok && v.Pkg() != nil && v.Parent() == v.Pkg().Scope() {
				return e.Name
			}
			return ""
		default:
			return ""
		}
	}
}

// readers and waiters are the functions of package time that look at the machine's clock.
var (
	readers = map[string]bool{"Now": true, "Since": true, "Until": true}
	waiters = map[string]bool{"Sleep": true, "After": true, "AfterFunc": true, "Tick": true, "NewTimer": true, "NewTicker": true}
)

var clockRule = rule{
	name: "clock",
	why:  "time is an argument: replay, tables and fuzzing need no clock; what waits is driven by the caller's",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			for _, f := range p.files {
				faults = append(faults, t.clockReads(f)...)
			}
		}
		return faults
	},
	bites: []bite{
		{"now", map[string]string{"sla/x.go": "package sla\n\nimport \"time\"\n\nfunc age() time.Time { return time.Now() }\n"}, "sla/x.go:5: time.Now"},
		{"as a value", map[string]string{"sla/x.go": "package sla\n\nimport \"time\"\n\nfunc age() func() time.Time { return time.Now }\n"}, "time.Now"},
		{"renamed", map[string]string{"sla/x.go": "package sla\n\nimport t \"time\"\n\nfunc age(a t.Time) t.Duration { return t.Since(a) }\n"}, "time.Since"},
		{"timer", map[string]string{"sla/x.go": "package sla\n\nimport \"time\"\n\nfunc now() { time.Sleep(1) }\n"}, "time.Sleep"},
		{"example", map[string]string{"sla/example_x_test.go": "package sla_test\n\nimport \"time\"\n\nfunc Example_x() {\n\ttime.Now()\n\t// Output:\n}\n"}, "time.Now"},
		{"sleeping test", map[string]string{"sla/x_test.go": "package sla_test\n\nimport \"time\"\n\nfunc nap() { time.Sleep(1) }\n"}, "sla/x_test.go:5: time.Sleep"},
	},
}

// clockReads finds looks at the machine's clock. A function named now is the seam where the shorthand forms read it.
// Tests may read it and guard against waiting for ever, and sleep where testing/synctest makes that free; so may what they measure.
func (t *tree) clockReads(f *file) (faults []string) {
	from := localName(f, "time")
	for _, decl := range f.ast.Decls {
		fn, _ := decl.(*ast.FuncDecl)
		ast.Inspect(decl, func(n ast.Node) bool {
			sel, ok := n.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			id, ok := sel.X.(*ast.Ident)
			if ok && id.Name == from && !mayTell(f, fn, sel.Sel.Name) {
				faults = append(faults, t.fault(sel.Pos(), "time.%s", sel.Sel.Name))
			}
			return true
		})
	}
	return faults
}

// mayTell says whether a function may use a name of package time.
func mayTell(f *file, fn *ast.FuncDecl, name string) bool {
	named := func(prefix string) bool { return fn != nil && strings.HasPrefix(fn.Name.Name, prefix) }
	test := f.test && !isExample(f)
	switch {
	case readers[name]:
		return test || fn != nil && fn.Name.Name == "now"
	case name == "Sleep":
		return test && (named("Benchmark") || localName(f, "testing/synctest") != "")
	case waiters[name]:
		return test
	}
	return true
}

// localName is the name under which a file knows an import; empty when it does not import it.
func localName(f *file, importPath string) string {
	for _, spec := range f.ast.Imports {
		if spec.Path.Value != fmt.Sprintf("%q", importPath) {
			continue
		}
		if spec.Name != nil {
			return spec.Name.Name
		}
		return importPath[strings.LastIndex(importPath, "/")+1:]
	}
	return ""
}

var equalRule = rule{
	name: "equal",
	why:  "== on time.Time compares zones and monotonic readings too: use Equal",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			checked := t.checker.check(p)
			if checked.err != nil {
				return append(faults, p.dir+": "+checked.err.Error())
			}
			for _, f := range p.shipped() {
				ast.Inspect(f.ast, func(n ast.Node) bool {
					compare, ok := n.(*ast.BinaryExpr)
					if ok && (compare.Op == token.EQL || compare.Op == token.NEQ) && isTime(checked.info.Types[compare.X].Type) {
						faults = append(faults, t.fault(compare.Pos(), "%s on time.Time", compare.Op))
					}
					return true
				})
			}
		}
		return faults
	},
	bites: []bite{
		{"compared", map[string]string{"sla/x.go": "package sla\n\nimport \"time\"\n\nfunc same(a, b time.Time) bool { return a == b }\n"}, "sla/x.go:5: == on time.Time"},
	},
}

func isTime(kind types.Type) bool { return kind != nil && kind.String() == "time.Time" }

var spawnRule = rule{
	name: "spawn",
	why:  "no goroutine before Run, none after it returns; and any is the word for an empty interface",
	check: func(t *tree) (faults []string) {
		for _, p := range t.compiled() {
			for _, f := range p.shipped() {
				ast.Inspect(f.ast, func(n ast.Node) bool {
					switch n := n.(type) {
					case *ast.GoStmt:
						if !rooms()[p.dir].waits {
							faults = append(faults, t.fault(n.Pos(), "%s does not wait, and so starts no goroutine", p.dir))
						}
					case *ast.InterfaceType:
						if n.Methods.NumFields() == 0 {
							faults = append(faults, t.fault(n.Pos(), "write any"))
						}
					}
					return true
				})
			}
		}
		return faults
	},
	bites: []bite{
		{"goroutine", map[string]string{"sla/x.go": "package sla\n\nfunc f() { go f() }\n"}, "sla/x.go:3: sla does not wait"},
		{"empty interface", map[string]string{"sla/x.go": "package sla\n\nfunc f(v interface{}) {}\n"}, "write any"},
	},
}
