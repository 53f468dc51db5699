package house

import (
	"fmt"
	"go/ast"
	"path"
	"slices"
	"strings"

	"golang.org/x/exp/stats"
)

// The limits of size. A limit that is reached asks for a second subject to be found in the file, or the package.
const (
	maxLines         = 450  // of a file that ships
	maxMedianLines   = 200  // of the files that ship
	maxNames         = 60   // exported at the top of one package
	maxMedianBody    = 6.0  // lines of a function
	maxTallBody      = 30.0 // lines of nine functions in ten
	minFunctionCount = 20   // fewer than this say nothing about a median
)

var filesRule = rule{
	name: "files",
	why:  "one subject to a file, so that a reader finds it and reads it in one go",
	check: func(t *tree) (faults []string) {
		var counts []float64
		for _, p := range t.packages {
			for _, f := range p.shipped() {
				lines := strings.Count(t.texts[f.path], "\n")
				counts = append(counts, float64(lines))
				if lines > maxLines {
					faults = append(faults, fmt.Sprintf("%s: %d lines, at most %d", f.path, lines, maxLines))
				}
			}
		}
		if median := stats.Median(counts); median > maxMedianLines {
			faults = append(faults, fmt.Sprintf("the median file has %v lines, at most %d", median, maxMedianLines))
		}
		return faults
	},
	bites: []bite{
		{"one long file", map[string]string{"sla/x.go": "package sla\n" + strings.Repeat("\n", maxLines)}, "sla/x.go: 451 lines"},
		{"all long", map[string]string{
			"doc.go":                         soundTree["doc.go"] + strings.Repeat("\n", maxMedianLines),
			"freshness/freshness.go":         soundTree["freshness/freshness.go"] + strings.Repeat("\n", maxMedianLines),
			"freshness/schedule/schedule.go": soundTree["freshness/schedule/schedule.go"] + strings.Repeat("\n", maxMedianLines),
			"sla/sla.go":                     soundTree["sla/sla.go"] + strings.Repeat("\n", maxMedianLines),
		}, "the median file has"},
	},
}

var functionsRule = rule{
	name: "functions",
	why:  "a function that fits in one look needs no second",
	check: func(t *tree) (faults []string) {
		var lines []float64
		var tall []string
		for _, p := range t.shipped() {
			for _, f := range p.shipped() {
				for _, decl := range f.ast.Decls {
					fn, ok := decl.(*ast.FuncDecl)
					if !ok || fn.Body == nil {
						continue
					}
					n := max(1, t.fset.Position(fn.Body.Rbrace).Line-t.fset.Position(fn.Body.Lbrace).Line-1)
					lines = append(lines, float64(n))
					if n > maxTallBody {
						tall = append(tall, fmt.Sprintf("%s %s (%d)", t.at(fn.Pos()), fn.Name.Name, n))
					}
				}
			}
		}
		if len(lines) < minFunctionCount {
			return nil
		}
		got := stats.Quantiles(lines, 0.5, 0.9)
		if got[0] > maxMedianBody {
			faults = append(faults, fmt.Sprintf("the median function has %v lines, at most %v", got[0], maxMedianBody))
		}
		if got[1] > maxTallBody {
			faults = append(faults, fmt.Sprintf("one function in ten has more than %v lines, at most %v: %s", got[1], maxTallBody, strings.Join(tall, ", ")))
		}
		return faults
	},
	bites: []bite{
		{"many middling", map[string]string{"sla/x.go": "package sla\n" + strings.Repeat("\nfunc f() {\n"+strings.Repeat("\t_ = 0\n", 7)+"}\n", minFunctionCount)},
			"the median function has 7 lines"},
		{"some tall", map[string]string{"sla/x.go": "package sla\n" + strings.Repeat("\nfunc f() {}\n", minFunctionCount) +
			strings.Repeat("\nfunc f() {\n"+strings.Repeat("\t_ = 0\n", 31)+"}\n", 5)}, "one function in ten has more than 31 lines"},
	},
}

// vague names say nothing about what a package is for.
var vague = []string{"util", "utils", "common", "types", "helper", "helpers", "base", "misc", "shared", "model", "models", "lib", "core"}

var namesRule = rule{
	name: "names",
	why:  "a package is found by its one job, and learned by few names",
	check: func(t *tree) (faults []string) {
		for _, p := range t.packages {
			if slices.Contains(vague, p.name) {
				faults = append(faults, fmt.Sprintf("%s: %s says nothing about what is in it", p.dir, p.name))
			}
			if want := path.Base(p.importPath()); p.name != want && p.name != "main" {
				faults = append(faults, fmt.Sprintf("%s: package %s, want %s", p.dir, p.name, want))
			}
			if n := len(exportedNames(p)); p.ships() && n > maxNames {
				faults = append(faults, fmt.Sprintf("%s: exports %d names, at most %d", p.dir, n, maxNames))
			}
		}
		return faults
	},
	bites: []bite{
		{"vague", map[string]string{"sla/util/util.go": "package util\n"}, "util says nothing"},
		{"another name", map[string]string{"priority/priority.go": "package prio\n"}, "package prio, want priority"},
		{"too many", map[string]string{"sla/x.go": "package sla\n\nconst (\n" + manyNames(maxNames) + ")\n"}, "sla: exports 6"},
	},
}

func manyNames(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "\tName%d = %d\n", i, i)
	}
	return text.String()
}

// exportedNames lists what a package exports at its top level.
func exportedNames(p *pkg) (names []string) {
	add := func(name *ast.Ident) {
		if name.IsExported() {
			names = append(names, name.Name)
		}
	}
	for _, f := range p.shipped() {
		for _, decl := range f.ast.Decls {
			switch decl := decl.(type) {
			case *ast.FuncDecl:
				if decl.Recv == nil {
					add(decl.Name)
				}
			case *ast.GenDecl:
				for _, spec := range decl.Specs {
					switch spec := spec.(type) {
					case *ast.TypeSpec:
						add(spec.Name)
					case *ast.ValueSpec:
						for _, name := range spec.Names {
							add(name)
						}
					}
				}
			}
		}
	}
	return names
}
