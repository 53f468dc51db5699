package status

import "sync"

// still are the answers that never change, each made when it is first asked for.
var still = map[string]func() *answer{
	"schema.json": sync.OnceValue(func() *answer {
		body, err := schemaJSON()
		if err != nil {
			return nil
		}
		return sealed("application/schema+json", body)
	}),
	"style.css": sync.OnceValue(func() *answer { return file("style.css", "text/css; charset=utf-8") }),
	"icon.svg":  sync.OnceValue(func() *answer { return file("icon.svg", "image/svg+xml") }),
}

func file(name, kind string) *answer {
	body, err := embedded.ReadFile(name)
	if err != nil {
		return nil
	}
	return sealed(kind, body)
}

func sealed(kind string, body []byte) *answer {
	a := &answer{kind: kind, body: body}
	a.seal()
	return a
}

// fixed finds an answer that never changes.
func fixed(name string) (*answer, bool) {
	make, found := still[name]
	if !found {
		return nil, false
	}
	a := make()
	return a, a != nil
}
