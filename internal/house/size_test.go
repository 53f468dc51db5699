package house

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"
	"slices"
	"strings"

	"golang.org/x/exp/stats"
)

// The limits of size. A limit that is reached asks for a second subject to be found in the file, or the package.
const (
	maxLines         = 450  // of a file that ships
	maxMedianLines   = 200  // of the files that ship
	maxNames         = 60   // exported at the top of one package; the constants of one enumeration count as one
	maxFiles         = 40   // of a package that ship
	maxCode          = 5000 // lines of a package that are neither blank nor comment
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
		for _, p := range t.compiled() {
			for _, f := range p.shipped() {
				for _, decl := range f.ast.Decls {
					fn, ok := decl.(*ast.FuncDecl)
					if !ok || fn.Body == nil {
						continue
					}
					n := t.bodyLines(fn)
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

// bodyLines counts the lines of a body that are neither blank nor a comment: paragraphs and reasons make no function long.
// A call or a condition that is wrapped at the limit of columns counts as the one line that it would be without it.
func (t *tree) bodyLines(fn *ast.FuncDecl) int {
	from, to := t.fset.Position(fn.Body.Lbrace), t.fset.Position(fn.Body.Rbrace)
	lines := strings.Split(t.texts[from.Filename], "\n")
	wrapped := t.wrapped(fn.Body)
	n := 0
	for number := from.Line + 1; number < to.Line; number++ {
		line := strings.TrimSpace(lines[number-1])
		if line != "" && !strings.HasPrefix(line, "//") && !wrapped[number] {
			n++
		}
	}
	return max(1, n)
}

// wrapped finds the lines on which a call or a condition goes on that holds no block and no literal of its own.
func (t *tree) wrapped(body *ast.BlockStmt) map[int]bool {
	lines := map[int]bool{}
	ast.Inspect(body, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.CallExpr, *ast.BinaryExpr:
			if !holdsBlock(n) {
				for line := t.fset.Position(n.Pos()).Line + 1; line <= t.fset.Position(n.End()).Line; line++ {
					lines[line] = true
				}
			}
		}
		return true
	})
	return lines
}

func holdsBlock(n ast.Node) (found bool) {
	ast.Inspect(n, func(n ast.Node) bool {
		switch n.(type) {
		case *ast.FuncLit, *ast.CompositeLit:
			found = true
		}
		return !found
	})
	return found
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
			if n := len(p.shipped()); n > maxFiles {
				faults = append(faults, fmt.Sprintf("%s: %d files, at most %d: it is two packages", p.dir, n, maxFiles))
			}
			if n := t.code(p); n > maxCode {
				faults = append(faults, fmt.Sprintf("%s: %d lines of code, at most %d: it is two packages", p.dir, n, maxCode))
			}
		}
		return faults
	},
	bites: []bite{
		{"vague", map[string]string{"sla/util/util.go": "package util\n"}, "util says nothing"},
		{"another name", map[string]string{"priority/priority.go": "package prio\n"}, "package prio, want priority"},
		{"too many", map[string]string{"sla/x.go": "package sla\n\nvar (\n" + manyNames(maxNames) + ")\n"}, "sla: exports 6"},
		{"too many files", manyFiles(maxFiles), "sla: 41 files"},
	},
}

func manyNames(n int) string {
	var text strings.Builder
	for i := range n {
		fmt.Fprintf(&text, "\tName%d = %d\n", i, i)
	}
	return text.String()
}

// manyFiles are so many files beside the one of the sound tree.
func manyFiles(n int) map[string]string {
	files := map[string]string{}
	for i := range n {
		files[fmt.Sprintf("sla/file%d.go", i)] = "package sla\n"
	}
	return files
}

// code counts the lines of a package that ship and are neither blank nor comment.
func (t *tree) code(p *pkg) (n int) {
	for _, f := range p.shipped() {
		for line := range strings.Lines(t.texts[f.path]) {
			if line = strings.TrimSpace(line); line != "" && !strings.HasPrefix(line, "//") {
				n++
			}
		}
	}
	return n
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
						if decl.Tok == token.CONST && decl.Lparen.IsValid() && spec != decl.Specs[0] {
							continue // one enumeration is one name
						}
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
