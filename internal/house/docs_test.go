package house

import (
	"go/ast"
	"go/doc"
	"go/doc/comment"
	"go/token"
	"regexp"
	"slices"
	"strings"
	"unicode"
)

var commentsRule = rule{
	name: "comments",
	why:  "every exported thing says what it is, first word its name",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			described := false
			for _, f := range p.shipped() {
				described = described || strings.HasPrefix(f.ast.Doc.Text(), "Package "+f.ast.Name.Name+" ")
				for _, decl := range f.ast.Decls {
					faults = append(faults, t.undocumented(decl)...)
				}
			}
			if !described {
				faults = append(faults, p.dir+": no comment that begins \"Package "+p.name+" \"")
			}
		}
		return faults
	},
	bites: []bite{
		{"function", map[string]string{"sla/x.go": "package sla\n\nfunc Open() {}\n"}, "sla/x.go:3: Open has no comment"},
		{"method", map[string]string{"sla/x.go": "package sla\n\n// Opens.\nfunc (s SLA) Open() {}\n"}, "sla/x.go:4: the comment of Open must begin with it"},
		{"type", map[string]string{"sla/x.go": "package sla\n\n// This is a T.\ntype T int\n"}, "the comment of T must begin"},
		{"type in a group", map[string]string{"sla/x.go": "package sla\n\n// Types.\ntype (\n\tT int\n)\n"}, "T has no comment"},
		{"constant", map[string]string{"sla/x.go": "package sla\n\n// Numbers.\nconst (\n\tOne = 1 // the first\n\tTwo = 2\n)\n"}, "sla/x.go:6: Two has no comment"},
		{"field", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct {\n\tName string\n}\n"}, "sla/x.go:5: T.Name has no comment"},
		{"field beside another", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct {\n\t// From and Until are ends.\n\tFrom int\n\tUntil int\n\tBy int\n}\n"}, "T.By has no comment"},
		{"interface method", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T interface {\n\tName() string\n\tAge() int // in years\n}\n"}, "T.Name has no comment"},
		{"package", map[string]string{"sla/sla.go": strings.Replace(soundTree["sla/sla.go"], "// Package sla ", "// Here ", 1)}, "sla: no comment that begins"},
	},
}

// undocumented finds exported names in one declaration that lack a comment of their own.
func (t *tree) undocumented(decl ast.Decl) (faults []string) {
	switch decl := decl.(type) {
	case *ast.FuncDecl:
		if decl.Name.IsExported() && (decl.Recv == nil || ast.IsExported(receiver(decl))) {
			return t.commented(decl.Name, decl.Doc)
		}
	case *ast.GenDecl:
		for _, spec := range decl.Specs {
			switch spec := spec.(type) {
			case *ast.TypeSpec:
				if spec.Name.IsExported() {
					faults = append(faults, t.undocumentedType(decl, spec)...)
				}
			case *ast.ValueSpec:
				faults = append(faults, t.undocumentedValues(decl, spec)...)
			}
		}
	}
	return faults
}

// receiver names the type that a method belongs to.
func receiver(decl *ast.FuncDecl) string {
	kind := decl.Recv.List[0].Type
	for {
		switch k := kind.(type) {
		case *ast.StarExpr:
			kind = k.X
		case *ast.IndexExpr:
			kind = k.X
		case *ast.IndexListExpr:
			kind = k.X
		default:
			return typeName(kind)
		}
	}
}

// own picks a declaration's comment for its only spec, unless the spec has one itself.
func own(decl *ast.GenDecl, spec *ast.CommentGroup) *ast.CommentGroup {
	if spec == nil && !decl.Lparen.IsValid() {
		return decl.Doc
	}
	return spec
}

// undocumentedType wants a comment on a type and on each of its members,
// but for a field that bears its type's name, one that the comment above its neighbour names too,
// and an interface's only method, of which the type's comment tells.
func (t *tree) undocumentedType(decl *ast.GenDecl, spec *ast.TypeSpec) []string {
	text := own(decl, spec.Doc)
	faults := t.commented(spec.Name, text)
	all := members(spec)
	if _, contract := spec.Type.(*ast.InterfaceType); contract && len(all) == 1 {
		return faults
	}
	above := "" // the comment of the fields just read
	for _, f := range all {
		if f.Doc != nil || f.Comment != nil {
			above = f.Doc.Text()
			continue
		}
		for _, name := range f.Names {
			if name.IsExported() && typeName(f.Type) != name.Name && !slices.Contains(words(above), name.Name) {
				faults = append(faults, t.fault(name.Pos(), "%s.%s has no comment", spec.Name.Name, name.Name))
			}
		}
	}
	return faults
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsDigit(r) })
}

// typeName is the last word of a named type, its package cut off.
func typeName(kind ast.Expr) string {
	switch kind := kind.(type) {
	case *ast.Ident:
		return kind.Name
	case *ast.SelectorExpr:
		return kind.Sel.Name
	}
	return ""
}

// members lists the fields of a struct and the methods of an interface.
func members(spec *ast.TypeSpec) []*ast.Field {
	switch kind := spec.Type.(type) {
	case *ast.StructType:
		return kind.Fields.List
	case *ast.InterfaceType:
		return kind.Methods.List
	}
	return nil
}

// undocumentedValues wants a comment before or behind each value; in a group its first word is free.
func (t *tree) undocumentedValues(decl *ast.GenDecl, spec *ast.ValueSpec) (faults []string) {
	for _, name := range spec.Names {
		switch {
		case !name.IsExported() || spec.Comment != nil || decl.Lparen.IsValid() && spec.Doc != nil:
		case own(decl, spec.Doc) == nil:
			faults = append(faults, t.fault(name.Pos(), "%s has no comment", name.Name))
		default:
			faults = append(faults, t.commented(name, own(decl, spec.Doc))...)
		}
	}
	return faults
}

// commented wants a comment that begins with the name.
func (t *tree) commented(name *ast.Ident, group *ast.CommentGroup) []string {
	text := group.Text()
	for _, article := range []string{"A ", "An ", "The "} {
		text = strings.TrimPrefix(text, article)
	}
	switch rest, begins := strings.CutPrefix(text, name.Name); {
	case text == "":
		return []string{t.fault(name.Pos(), "%s has no comment", name.Name)}
	case !begins || rest == "" || !strings.ContainsRune(" ,.:'\n", rune(rest[0])):
		return []string{t.fault(name.Pos(), "the comment of %s must begin with it", name.Name)}
	}
	return nil
}

// linkShape is what go doc would make a link of, if it stood in a doc comment and named something:
// an exported name, or an import path.
var linkShape = regexp.MustCompile(`(?:^|[^\w\]])\[(\*?(?:[\w./-]+\.)?[A-Z]\w*(?:\.\w+)?|\w[\w.-]*/[\w./-]+)\](?:[^\w\[(:]|$)`)

var bracketsRule = rule{
	name: "brackets",
	why:  "comments inside a declaration are shown as code: a link there is printed as brackets",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			for _, f := range p.shipped() {
				for _, group := range inside(f.ast) {
					for _, line := range group.List {
						if m := linkShape.FindStringSubmatch(line.Text); m != nil {
							faults = append(faults, t.fault(line.Pos(), "[%s] is no link here: drop the brackets", m[1]))
						}
					}
				}
			}
		}
		return faults
	},
	bites: []bite{
		{"field", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T struct {\n\t// Name is as in [SLA.ID].\n\tName string\n}\n"}, "sla/x.go:5: [SLA.ID]"},
		{"constant", map[string]string{"sla/x.go": "package sla\n\n// Numbers.\nconst (\n\tOne = 1 // as in [SLA]\n)\n"}, "sla/x.go:5: [SLA]"},
		{"interface method", map[string]string{"sla/x.go": "package sla\n\n// T is.\ntype T interface {\n\t// Name is as in [SLA].\n\tName() string\n}\n"}, "sla/x.go:5: [SLA]"},
	},
}

// inside lists the comments within top-level declarations that a reader of the documentation sees as code.
func inside(f *ast.File) (groups []*ast.CommentGroup) {
	for _, decl := range f.Decls {
		general, ok := decl.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, group := range f.Comments {
			if group.Pos() > general.Pos() && group.Pos() <= lineEnd(f, general) && group != general.Doc && !alone(general, group) {
				groups = append(groups, group)
			}
		}
	}
	return groups
}

// lineEnd is the end of a declaration, with the comment behind it.
func lineEnd(f *ast.File, decl *ast.GenDecl) token.Pos {
	for _, spec := range decl.Specs {
		if value, ok := spec.(*ast.ValueSpec); ok && value.Comment != nil && value.Comment.End() > decl.End() {
			return value.Comment.End()
		}
	}
	return decl.End()
}

// alone says whether a comment is the doc of one type in a group: such comments are shown as prose.
func alone(decl *ast.GenDecl, group *ast.CommentGroup) bool {
	for _, spec := range decl.Specs {
		if kind, ok := spec.(*ast.TypeSpec); ok && kind.Doc == group {
			return true
		}
	}
	return false
}

var linksRule = rule{
	name: "links",
	why:  "a doc link that names nothing is shown as brackets, and nobody notices",
	check: func(t *tree) (faults []string) {
		for _, p := range t.shipped() {
			docs, err := t.docs(p)
			if err != nil {
				return append(faults, p.dir+": "+err.Error())
			}
			for _, prose := range t.prose(p, docs) {
				faults = append(faults, t.deadLinks(docs, prose)...)
			}
		}
		return faults
	},
	bites: []bite{
		{"same package", map[string]string{"sla/x.go": "package sla\n\n// Open is [Close].\nfunc Open() {}\n"}, "sla/x.go:4: [Close] names nothing"},
		{"method", map[string]string{"sla/x.go": "package sla\n\n// Open is [SLA.Close].\nfunc Open() {}\n"}, "[SLA.Close] names nothing"},
		{"standard library", map[string]string{"sla/x.go": "package sla\n\n// Open is [time.Ever].\nfunc Open() {}\n"}, "[time.Ever] names nothing"},
		{"full path", map[string]string{"sla/x.go": "package sla\n\n// Open is [log/slog.Loger].\nfunc Open() {}\n"}, "[log/slog.Loger] names nothing"},
		{"not imported", map[string]string{"sla/x.go": "package sla\n\n// Open is [slog.Logger].\nfunc Open() {}\n"}, "[slog.Logger] is no link"},
		{"another room", map[string]string{"sla/x.go": "package sla\n\n// Open is [" + modulePath + "/freshness.Fresher].\nfunc Open() {}\n"}, "names nothing"},
		{"package comment", map[string]string{"doc.go": "// Package alwaysp1 is [Nothing].\npackage alwaysp1\n"}, "doc.go:2: [Nothing] names nothing"},
	},
}

// A prose is one doc comment as the site prints it.
type prose struct {
	text string
	pos  token.Pos
}

func (t *tree) prose(p *pkg, docs *doc.Package) (all []prose) {
	for _, f := range p.shipped() {
		if f.ast.Doc != nil {
			all = append(all, prose{f.ast.Doc.Text(), f.ast.Package})
		}
	}
	values := func(list []*doc.Value) {
		for _, v := range list {
			all = append(all, prose{v.Doc, v.Decl.Pos()})
		}
	}
	funcs := func(list []*doc.Func) {
		for _, f := range list {
			all = append(all, prose{f.Doc, f.Decl.Pos()})
		}
	}
	values(docs.Consts)
	values(docs.Vars)
	funcs(docs.Funcs)
	for _, kind := range docs.Types {
		all = append(all, prose{kind.Doc, kind.Decl.Pos()})
		values(kind.Consts)
		values(kind.Vars)
		funcs(kind.Funcs)
		funcs(kind.Methods)
	}
	return all
}

// deadLinks parses a comment as if every symbol existed, and then looks for each.
func (t *tree) deadLinks(docs *doc.Package, text prose) (faults []string) {
	parser := docs.Parser()
	parser.LookupSym = func(recv, name string) bool { return true }
	for _, piece := range pieces(parser.Parse(text.text).Content) {
		switch piece := piece.(type) {
		case *comment.DocLink:
			if !t.resolves(docs, piece) {
				faults = append(faults, t.fault(text.pos, "[%s] names nothing", linkText(piece)))
			}
		case comment.Plain:
			for _, m := range linkShape.FindAllStringSubmatch(string(piece), -1) {
				faults = append(faults, t.fault(text.pos, "[%s] is no link: write the full import path, or drop the brackets", m[1]))
			}
		}
	}
	return faults
}

func linkText(link *comment.DocLink) string {
	name := strings.TrimPrefix(link.Recv+"."+link.Name, ".")
	if link.ImportPath != "" {
		name = strings.TrimSuffix(link.ImportPath+"."+name, ".")
	}
	return name
}

// resolves says whether the site finds what a link names.
func (t *tree) resolves(docs *doc.Package, link *comment.DocLink) bool {
	if link.ImportPath != "" {
		other, err := t.docsOf(link.ImportPath)
		if err != nil {
			return false
		}
		docs = other
	}
	return link.Name == "" || docs.Parser().LookupSym(link.Recv, link.Name)
}

// pieces flattens a parsed comment; code blocks hold no links.
func pieces(blocks []comment.Block) (all []comment.Text) {
	for _, block := range blocks {
		switch block := block.(type) {
		case *comment.Heading:
			all = append(all, block.Text...)
		case *comment.Paragraph:
			all = append(all, block.Text...)
		case *comment.List:
			for _, item := range block.Items {
				all = append(all, pieces(item.Content)...)
			}
		}
	}
	return all
}
