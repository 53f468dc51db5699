package house

import (
	"fmt"
	"go/ast"
	"go/doc"
	"slices"
	"strings"
)

// unshown lists main types without an example of their own, and why.
var unshown = map[string]string{
	"freshness/source.Queryer": "what a *sql.DB is already",
	"freshness.Source":         "every example of a check has one",
	"freshness.Due":            "what ExampleDues yields",
	"freshness/schedule.Date":  "a part of Calendar, whose examples write dates",
}

var shownRule = rule{
	name: "shown",
	why:  "every package, and every type with behaviour, earns its export by an example",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			docs, err := t.docs(p)
			if err != nil {
				return append(faults, p.dir+": "+err.Error())
			}
			if len(allExamples(docs)) == 0 {
				faults = append(faults, p.dir+": no example")
			}
			for _, kind := range docs.Types {
				if isMain(kind) && unshown[p.dir+"."+kind.Name] == "" && !t.isShown(p, docs, kind) {
					faults = append(faults, t.fault(kind.Decl.Pos(), "no example of %s, its constructors or its methods", kind.Name))
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"package", map[string]string{"sla/doc.go": "package sla\n", "sla/example_test.go": gone, "sla/sla.go": "// Package sla is.\npackage sla\n",
			"freshness/freshness.go": "// Package freshness is.\npackage freshness\n"}, "sla: no example"},
		{"struct with a constructor", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct{}\n\n// New makes.\nfunc New() T { return T{} }\n"},
			"sla/x.go:4: no example of T"},
		{"struct with a method", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct{}\n\n// Do does.\nfunc (T) Do() {}\n"},
			"sla/x.go:4: no example of T"},
		{"error that no example extracts", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct{}\n\n// Error says.\nfunc (T) Error() string { return \"\" }\n"},
			"no example of T"},
		{"interface", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T interface {\n\t// Do does.\n\tDo()\n}\n"}, "no example of T"},
	},
}

// isShown says whether an example shows a type: one of its own, or of what returns it; for an error, any that names it.
func (t *tree) isShown(p *pkg, docs *doc.Package, kind *doc.Type) bool {
	return len(examplesOf(kind)) > 0 || isAnswered(docs, kind) || isError(kind) && t.mentioned(p, kind)
}

// forms are the methods by which a value is printed, logged or kept: they alone are no behaviour.
var forms = []string{"String", "LogValue", "AppendText", "MarshalText", "UnmarshalText", "MarshalJSON", "UnmarshalJSON", "Equal", "IsZero"}

// isMain says whether a type has behaviour: a struct that is made by a function or has methods, or an interface.
func isMain(kind *doc.Type) bool {
	for _, spec := range kind.Decl.Specs {
		switch spec := spec.(*ast.TypeSpec); shape := spec.Type.(type) {
		case *ast.StructType:
			behaves := func(m *doc.Func) bool { return !slices.Contains(forms, m.Name) }
			return len(kind.Funcs) > 0 || slices.ContainsFunc(kind.Methods, behaves)
		case *ast.InterfaceType:
			return shape.Methods.NumFields() > 0
		}
	}
	return false
}

// isAnswered says whether an example shows a function or method that returns the type, such as that of Catalog.Reach shows a Reach.
func isAnswered(docs *doc.Package, kind *doc.Type) bool {
	list := slices.Clone(docs.Funcs)
	for _, other := range docs.Types {
		list = append(list, slices.Concat(other.Funcs, other.Methods)...)
	}
	return slices.ContainsFunc(list, func(f *doc.Func) bool {
		return len(f.Examples) > 0 && f.Decl.Type.Results != nil && slices.ContainsFunc(f.Decl.Type.Results.List, func(result *ast.Field) bool {
			answer := result.Type
			if star, ok := answer.(*ast.StarExpr); ok {
				answer = star.X
			}
			name, ok := answer.(*ast.Ident)
			return ok && name.Name == kind.Name
		})
	})
}

// isError says whether a type is an error: the example of what returns it shows how to get hold of it.
func isError(kind *doc.Type) bool {
	return slices.ContainsFunc(kind.Methods, func(m *doc.Func) bool { return m.Name == "Error" })
}

// mentioned says whether an example file of the package names the type.
func (t *tree) mentioned(p *pkg, kind *doc.Type) bool {
	return slices.ContainsFunc(p.files, func(f *file) bool {
		return isExample(f) && strings.Contains(t.texts[f.path], p.name+"."+kind.Name)
	})
}

func examplesOf(kind *doc.Type) []*doc.Example {
	list := slices.Clone(kind.Examples)
	for _, f := range slices.Concat(kind.Funcs, kind.Methods) {
		list = append(list, f.Examples...)
	}
	return list
}

// allExamples lists the examples that the site shows.
func allExamples(docs *doc.Package) []*doc.Example {
	list := slices.Clone(docs.Examples)
	for _, f := range docs.Funcs {
		list = append(list, f.Examples...)
	}
	for _, kind := range docs.Types {
		list = append(list, examplesOf(kind)...)
	}
	return list
}

var outputRule = rule{
	name: "output",
	why:  "an example without output is not run, and one that belongs to nothing is not shown",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			docs, err := t.docs(p)
			if err != nil {
				return append(faults, p.dir+": "+err.Error())
			}
			shown := map[string]bool{}
			for _, ex := range allExamples(docs) {
				shown[ex.Name+"_"+ex.Suffix] = true
			}
			for _, f := range p.files {
				faults = append(faults, t.silent(f, shown)...)
			}
		}
		return faults
	},
	bites: []bite{
		{"no output", map[string]string{"sla/example_x_test.go": "package sla_test\n\nfunc Example_x() {}\n"}, "sla/example_x_test.go:3: Example_x has no output"},
		{"of a constant", map[string]string{"sla/x.go": "package sla\n\n// One is 1.\nconst One = 1\n",
			"sla/example_x_test.go": "package sla_test\n\nfunc ExampleOne() {\n\t// Output:\n}\n"}, "ExampleOne belongs to nothing"},
		{"in the package itself", map[string]string{"sla/example_x_test.go": "package sla\n\nfunc Example_x() {\n\t// Output:\n}\n"}, "want package sla_test"},
	},
}

// silent finds examples of one file that are not run, not shown, or not written as a user would.
func (t *tree) silent(f *file, shown map[string]bool) (faults []string) {
	if !f.test {
		return nil
	}
	bodies := map[string]ast.Node{}
	for _, decl := range f.ast.Decls {
		if fn, ok := decl.(*ast.FuncDecl); ok {
			bodies[fn.Name.Name] = fn
		}
	}
	for _, ex := range doc.Examples(f.ast) {
		name, pos := "Example"+ex.Name, bodies["Example"+ex.Name].Pos()
		switch {
		case !strings.HasSuffix(f.ast.Name.Name, "_test"):
			faults = append(faults, t.fault(pos, "%s: want package %s_test", name, f.ast.Name.Name))
		case ex.Output == "" && !ex.EmptyOutput:
			faults = append(faults, t.fault(pos, "%s has no output", name))
		case !belongs(ex.Name, shown):
			faults = append(faults, t.fault(pos, "%s belongs to nothing that the site shows", name))
		}
	}
	return faults
}

// belongs matches an example's name as it stands in the file with names cut from their suffix.
func belongs(name string, shown map[string]bool) bool {
	for cut := len(name); cut >= 0; cut-- {
		suffix := strings.TrimPrefix(name[cut:], "_")
		if shown[name+"_"+suffix] || shown[name[:cut]+"_"+suffix] {
			return true
		}
	}
	return false
}

var playRule = rule{
	name: "play",
	why:  "an example that uses what stands in another test file has no Run button, and cannot be copied",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			for _, f := range p.files {
				if !f.test {
					continue
				}
				for _, ex := range doc.Examples(f.ast) {
					if ex.Play == nil {
						faults = append(faults, fmt.Sprintf("%s: Example%s needs more than its own file", f.path, ex.Name))
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"a helper elsewhere", map[string]string{
			"sla/help_test.go":      "package sla_test\n\nfunc help() {}\n",
			"sla/example_x_test.go": "package sla_test\n\nfunc Example_x() {\n\thelp()\n\t// Output:\n}\n"}, "sla/example_x_test.go: Example_x needs more"},
	},
}
