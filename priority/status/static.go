package status

import "sync"

// static holds the responses that never change, by name. Each is made when it is first asked for,
// so that a program that serves no page pays nothing.
var static = map[string]func() *response{
	"schema.json": sync.OnceValue(func() *response {
		body, err := schemaJSON()
		if err != nil {
			return nil
		}
		return sealed("application/schema+json", body)
	}),
	"style.css": sync.OnceValue(func() *response { return file("style.css", "text/css; charset=utf-8") }),
	"icon.svg":  sync.OnceValue(func() *response { return file("icon.svg", "image/svg+xml") }),
}

// file returns an embedded file as a response, and nil if there is none of that name.
func file(name, contentType string) *response {
	body, err := embedded.ReadFile(name)
	if err != nil {
		return nil
	}
	return sealed(contentType, body)
}

// sealed returns a response that is ready to be sent.
func sealed(contentType string, body []byte) *response {
	r := &response{contentType: contentType, body: body}
	r.seal()
	return r
}

// staticResponse returns a response that never changes, and whether there is one of that name.
func staticResponse(name string) (*response, bool) {
	build, found := static[name]
	if !found {
		return nil, false
	}
	r := build()
	return r, r != nil
}
