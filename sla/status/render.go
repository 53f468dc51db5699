package status

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"embed"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"sync"
	"unicode/utf8"
)

//go:embed page.html sla.html parts.html style.css icon.svg
var embedded embed.FS

// templates are read when the first page is asked for.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(embedded, "page.html", "sla.html", "parts.html")
})

// styleLink is the address of the style sheet, which changes when that does.
var styleLink = sync.OnceValue(func() string {
	text, _ := embedded.ReadFile("style.css") // it is embedded
	return fmt.Sprintf("style.css?v=%x", sha256.Sum256(text))[:24]
})

func render(name string, view any) (answer, error) {
	all, err := templates()
	if err != nil {
		return answer{}, err
	}
	var b bytes.Buffer
	err = all.ExecuteTemplate(&b, name, view)
	body := b.Bytes()
	if !utf8.Valid(body) { // a filter or a label may hold anything
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return answer{kind: "text/html; charset=utf-8", body: body}, err
}

func sortedKeys[K cmp.Ordered, V any](m map[K]V) []K { return slices.Sorted(maps.Keys(m)) }
