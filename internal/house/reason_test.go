package house

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"
)

// standardShapes are methods that a standard interface asks for: they need no example.
var standardShapes = []string{
	"String", "Error", "Unwrap", "Is", "As", "IsZero", "Equal", "Validate", "LogValue", "ServeHTTP", "Write", "Read", "Close",
	"MarshalText", "UnmarshalText", "AppendText", "MarshalJSON", "UnmarshalJSON", "Len", "Less", "Swap", "Format",
}

var reasonRule = rule{
	name: "reason",
	why: "what is exported has a reason: another package uses it, or an example shows it. " +
		"Plain data with a JSON form, enumerations and methods of interfaces are exempt",
	check: func(t *tree) (faults []string) {
		contracts := t.contracts()
		for _, p := range t.shipped() {
			seen := t.usedNames(p)
			for _, name := range exportedMembers(p) {
				last := name.name[strings.LastIndexByte(name.name, '.')+1:]
				if !seen[last] && !slices.Contains(standardShapes, last) && !contracts[last] {
					faults = append(faults, t.fault(name.at.Pos(), "%s.%s has no use outside its package, and no example", p.dir, name.name))
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"function", map[string]string{"sla/x.go": "package sla\n\n// Lone is.\nfunc Lone() {}\n"}, "sla.Lone has no use"},
		{"method", map[string]string{"sla/x.go": "package sla\n\n// Lone is.\nfunc (s SLA) Lone() {}\n"}, "sla.SLA.Lone has no use"},
		{"field", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct {\n\tLone int // is\n}\n",
			"sla/example_t_test.go": "package sla_test\n\nimport \"" + modulePath + "/sla\"\n\nfunc ExampleT() {\n\t_ = sla.T{}\n\t// Output:\n}\n"}, "sla.T.Lone has no use"},
	},
}

// contracts are the names of all methods of all interfaces of the tree: what fills one needs no other reason.
func (t *tree) contracts() map[string]bool {
	all := map[string]bool{}
	for _, p := range t.packages {
		for _, f := range p.files {
			ast.Inspect(f.ast, func(n ast.Node) bool {
				if kind, ok := n.(*ast.InterfaceType); ok {
					for _, m := range kind.Methods.List {
						for _, name := range m.Names {
							all[name.Name] = true
						}
					}
				}
				return true
			})
		}
	}
	return all
}

// usedNames are the selectors and keys in the files that count as users of a package: those of other packages, and its own
// examples. Names alone are compared, so that a name shared with another package may hide a fault, and none is made up.
func (t *tree) usedNames(p *pkg) map[string]bool {
	seen := map[string]bool{}
	for _, other := range t.packages {
		for _, f := range other.files {
			if other == p && !isExample(f) {
				continue
			}
			ast.Inspect(f.ast, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.SelectorExpr:
					seen[n.Sel.Name] = true
				case *ast.KeyValueExpr:
					if key, ok := n.Key.(*ast.Ident); ok {
						seen[key.Name] = true
					}
				}
				return true
			})
		}
	}
	for name, text := range t.texts { // nested modules, and pages that name fields as text
		if (t.nested(name) && strings.HasSuffix(name, ".go") || path.Ext(name) == ".html") && !strings.Contains(name, "testdata/") {
			for _, word := range words(text) {
				seen[word] = true
			}
		}
	}
	return seen
}

// A member is an exported name of a package, a method or field with its type in front.
type member struct {
	name string
	at   ast.Node
}

// exportedMembers lists what a package exports, but for enumerations and the fields of data that has a JSON form.
func exportedMembers(p *pkg) (all []member) {
	written := map[string]bool{} // types with a MarshalJSON of their own
	for _, f := range p.shipped() {
		for _, decl := range f.ast.Decls {
			if fn, ok := decl.(*ast.FuncDecl); ok && fn.Recv != nil && fn.Name.Name == "MarshalJSON" {
				written[receiver(fn)] = true
			}
		}
	}
	for _, f := range p.shipped() {
		for _, decl := range f.ast.Decls {
			all = append(all, exportedIn(decl, written)...)
		}
	}
	return all
}

func exportedIn(decl ast.Decl, written map[string]bool) (all []member) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		switch {
		case !decl.Name.IsExported():
		case decl.Recv == nil:
			all = append(all, member{decl.Name.Name, decl})
		case ast.IsExported(receiver(decl)):
			all = append(all, member{receiver(decl) + "." + decl.Name.Name, decl})
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() {
					all = append(all, fieldsOf(spec, written[spec.Name.Name])...)
				}
			case *ast.ValueSpec:
				if !decl.Lparen.IsValid() || len(spec.Names) > 0 && strings.HasPrefix(spec.Names[0].Name, "Err") {
					for _, name := range spec.Names {
						if name.IsExported() {
							all = append(all, member{name.Name, name})
						}
					}
				}
			}
		}
	}
	return all
}

// fieldsOf lists the exported fields of a struct that are not plain data: those without a JSON form.
func fieldsOf(spec *ast.TypeSpec, written bool) (all []member) {
	kind, ok := spec.Type.(*ast.StructType)
	if !ok || written {
		return nil
	}
	for _, f := range kind.Fields.List {
		if f.Tag != nil {
			continue
		}
		for _, name := range f.Names {
			if name.IsExported() {
				all = append(all, member{fmt.Sprintf("%s.%s", spec.Name.Name, name.Name), name})
			}
		}
	}
	return all
}
