package house

import (
	"fmt"
	"go/ast"
	"go/doc"
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"slices"
	"strings"
)

// modulePath is what embedders import.
const modulePath = "github.com/alwaysp1/alwaysp1"

// A tree is the module as its rules see it: the text of every file that people write, and the Go of the root module parsed once.
type tree struct {
	fset     *token.FileSet
	top      []string          // names at the top level, folders with a slash at their end
	paths    map[string]bool   // every file and folder, nested modules included
	texts    map[string]string // path to text, nested modules included
	packages []*pkg            // of the root module, ascending by dir
	checker  *checker
}

// A pkg is one folder of Go files, its tests included.
type pkg struct {
	dir   string // "." is the root
	name  string
	files []*file
	docs  *doc.Package // see tree.docs
}

type file struct {
	path string
	ast  *ast.File
	test bool
}

// ships reports whether an embedder can import the package.
func (p *pkg) ships() bool { return !slices.Contains(strings.Split(p.dir, "/"), "internal") }

// compiled reports whether an embedder's program may hold the package: all but the attic.
func (p *pkg) compiled() bool { return p.ships() || rooms()[p.dir].floor != atticFloor }

// importPath is what an embedder writes to import the package.
func (p *pkg) importPath() string { return path.Join(modulePath, p.dir) }

// shipped lists the files of the package that embedders compile.
func (p *pkg) shipped() []*file {
	return slices.DeleteFunc(slices.Clone(p.files), func(f *file) bool { return f.test })
}

// asts lists the parsed files that embedders compile.
func (p *pkg) asts() []*ast.File {
	var list []*ast.File
	for _, f := range p.shipped() {
		list = append(list, f.ast)
	}
	return list
}

// shipped lists the packages that embedders can import.
func (t *tree) shipped() []*pkg {
	return slices.DeleteFunc(slices.Clone(t.packages), func(p *pkg) bool { return !p.ships() })
}

// compiled lists the packages that embedders' programs may hold.
func (t *tree) compiled() []*pkg {
	return slices.DeleteFunc(slices.Clone(t.packages), func(p *pkg) bool { return !p.compiled() })
}

// at says where a node stands, as path:line.
func (t *tree) at(pos token.Pos) string {
	p := t.fset.Position(pos)
	return fmt.Sprintf("%s:%d", p.Filename, p.Line)
}

// fault is one line of a rule's answer: where, and what is wrong.
func (t *tree) fault(pos token.Pos, format string, args ...any) string {
	return t.at(pos) + ": " + fmt.Sprintf(format, args...)
}

// readTree reads a module from its root.
// Folders and files that .gitignore names at any depth, and .git, are not part of it.
func readTree(root fs.FS) (*tree, error) {
	t := &tree{fset: token.NewFileSet(), paths: map[string]bool{}, texts: map[string]string{}}
	ignored := ignorePatterns(root)
	err := fs.WalkDir(root, ".", func(name string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case name == ".":
			return nil
		case name == ".git", ignored(name, entry.IsDir()):
			if entry.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		return t.add(root, name, entry)
	})
	if err != nil {
		return nil, err
	}
	t.checker = newChecker(t)
	return t, t.parse()
}

func (t *tree) add(root fs.FS, name string, entry fs.DirEntry) error {
	t.paths[name] = true
	if !strings.Contains(name, "/") {
		t.top = append(t.top, name+strings.Repeat("/", btoi(entry.IsDir())))
	}
	if entry.IsDir() || !isProse(name) {
		return nil
	}
	text, err := fs.ReadFile(root, name)
	t.texts[name] = string(text)
	return err
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// isProse tells what people write from recorded data.
func isProse(name string) bool {
	base := path.Base(name)
	switch path.Ext(base) {
	case ".go", ".md", ".mod", ".sh", ".sql", ".yml", ".yaml", ".html", ".css", ".js":
		return !strings.Contains(name, "testdata/") || strings.Contains(name, "testdata/api/")
	case ".txt":
		return strings.Contains(name, "testdata/api/")
	}
	return strings.HasPrefix(base, ".") || strings.HasPrefix(name, ".ci/")
}

// ignorePatterns understands the form of .gitignore that this module uses: one name pattern on a line.
func ignorePatterns(root fs.FS) func(name string, dir bool) bool {
	text, _ := fs.ReadFile(root, ".gitignore") // a tree without one ignores nothing
	lines := strings.Fields(string(text))
	return func(name string, dir bool) bool {
		return slices.ContainsFunc(lines, func(line string) bool {
			if strings.HasSuffix(line, "/") && !dir {
				return false
			}
			anchored, at := strings.CutPrefix(strings.TrimSuffix(line, "/"), "/")
			subject := path.Base(name)
			if at {
				subject = name
			}
			ok, _ := path.Match(anchored, subject) // a bad pattern ignores nothing
			return ok
		})
	}
}

// parse groups the Go files of the root module by folder.
func (t *tree) parse() error {
	byDir := map[string]*pkg{}
	for _, name := range sortedKeys(t.texts) {
		if !strings.HasSuffix(name, ".go") || t.nested(name) || strings.Contains(name, "testdata/") {
			continue
		}
		parsed, err := parser.ParseFile(t.fset, name, t.texts[name], parser.ParseComments)
		if err != nil {
			return err
		}
		dir := path.Dir(name)
		p := byDir[dir]
		if p == nil {
			p = &pkg{dir: dir}
			byDir[dir] = p
			t.packages = append(t.packages, p)
		}
		p.add(name, parsed)
	}
	slices.SortFunc(t.packages, func(a, b *pkg) int { return strings.Compare(a.dir, b.dir) })
	return nil
}

func (p *pkg) add(name string, parsed *ast.File) {
	test := strings.HasSuffix(name, "_test.go")
	if !test || p.name == "" {
		p.name = strings.TrimSuffix(parsed.Name.Name, "_test")
	}
	p.files = append(p.files, &file{path: name, ast: parsed, test: test})
}

// nested says whether a file belongs to a module inside this one.
func (t *tree) nested(name string) bool {
	for dir := path.Dir(name); dir != "."; dir = path.Dir(dir) {
		if t.paths[dir+"/go.mod"] {
			return true
		}
	}
	return false
}

// nestedModules lists the go.mod files below the root.
func (t *tree) nestedModules() []string {
	var mods []string
	for _, name := range sortedKeys(t.texts) {
		if strings.HasSuffix(name, "/go.mod") {
			mods = append(mods, name)
		}
	}
	return mods
}

func sortedKeys[V any](m map[string]V) []string {
	keys := make([]string, 0, len(m))
	for key := range m {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
