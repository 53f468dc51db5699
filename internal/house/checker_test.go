package house

import (
	"encoding/json"
	"errors"
	"fmt"
	"go/ast"
	"go/doc"
	"go/importer"
	"go/parser"
	"go/types"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
)

// A checker types the packages of one tree from their source, and everything else from what the toolchain has built.
type checker struct {
	tree  *tree
	built types.Importer
	done  map[string]*typed
}

// A typed package is one whose shipped files passed the type checker.
type typed struct {
	pkg  *types.Package
	info *types.Info
	err  error
}

func newChecker(t *tree) *checker {
	return &checker{tree: t, built: importer.ForCompiler(t.fset, "gc", openBuilt), done: map[string]*typed{}}
}

// check types a package of the tree, once.
func (c *checker) check(p *pkg) *typed {
	if c.done[p.dir] == nil {
		info := &types.Info{
			Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
			Types: map[ast.Expr]types.TypeAndValue{}, Selections: map[*ast.SelectorExpr]*types.Selection{},
		}
		config := types.Config{Importer: c}
		got, err := config.Check(p.importPath(), c.tree.fset, p.asts(), info)
		c.done[p.dir] = &typed{got, info, err}
	}
	return c.done[p.dir]
}

// Import implements [types.Importer].
func (c *checker) Import(importPath string) (*types.Package, error) {
	dir, own := ours(importPath)
	if !own {
		return c.built.Import(importPath)
	}
	for _, p := range c.tree.packages {
		if p.dir == dir {
			got := c.check(p)
			return got.pkg, got.err
		}
	}
	return nil, fmt.Errorf("no package %s in the tree", importPath)
}

// A listing is what the go command says of a package outside the tree.
type listing struct {
	ImportPath, Dir, Export string
	GoFiles                 []string
}

// listings keeps the answers of the go command: asking is what costs time here.
var listings = struct {
	sync.Mutex
	known map[string]listing
}{known: map[string]listing{}}

// list asks the go command about a package outside the tree, once.
func list(importPath string) (listing, error) {
	listings.Lock()
	defer listings.Unlock()
	if len(listings.known) == 0 {
		if err := listDeps(modulePath + "/..."); err != nil {
			return listing{}, err
		}
	}
	if _, known := listings.known[importPath]; !known {
		if err := listDeps(importPath); err != nil {
			return listing{}, err
		}
	}
	return listings.known[importPath], nil
}

func listDeps(pattern string) error {
	cmd := exec.Command("go", "list", "-e", "-export", "-deps", "-json=ImportPath,Dir,Export,GoFiles", pattern)
	var failed strings.Builder
	cmd.Stderr = &failed
	out, err := cmd.Output()
	if err != nil {
		return fmt.Errorf("go list %s: %w\n%s", pattern, err, failed.String())
	}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var l listing
		if err := decoder.Decode(&l); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		listings.known[l.ImportPath] = l
	}
}

// openBuilt opens the export data of a package outside the tree.
func openBuilt(importPath string) (io.ReadCloser, error) {
	l, err := list(importPath)
	if err == nil && l.Export == "" {
		err = fmt.Errorf("the go command has not built %s", importPath)
	}
	if err != nil {
		return nil, err
	}
	return os.Open(l.Export)
}

// docs reads the documentation of a package of the tree, its examples included, once.
// It parses the files anew: go/doc cuts unexported fields and methods out of what it reads.
func (t *tree) docs(p *pkg) (*doc.Package, error) {
	if p.docs != nil {
		return p.docs, nil
	}
	var files []*ast.File
	for _, f := range p.files {
		parsed, err := parser.ParseFile(t.fset, f.path, t.texts[f.path], parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	var err error
	p.docs, err = doc.NewFromFiles(t.fset, files, p.importPath())
	return p.docs, err
}

// docsOf reads the documentation of any package.
func (t *tree) docsOf(importPath string) (*doc.Package, error) {
	if dir, own := ours(importPath); own {
		for _, p := range t.packages {
			if p.dir == dir {
				return t.docs(p)
			}
		}
		return nil, fmt.Errorf("no package %s in the tree", importPath)
	}
	l, err := list(importPath)
	if err != nil || len(l.GoFiles) == 0 {
		return nil, errors.Join(err, fmt.Errorf("no package %s", importPath))
	}
	var files []*ast.File
	for _, name := range l.GoFiles {
		parsed, err := parser.ParseFile(t.fset, filepath.Join(l.Dir, name), nil, parser.ParseComments)
		if err != nil {
			return nil, err
		}
		files = append(files, parsed)
	}
	return doc.NewFromFiles(t.fset, files, importPath)
}
