package status

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"fmt"
	"html"
	"html/template"
	"net/url"
	"sync"
	"time"
	"unicode/utf8"

	"github.com/alwaysp1/alwaysp1/internal/plain"
)

//go:embed page.html sla.html parts.html style.css icon.svg
var embedded embed.FS

// templates are parsed when the first page is asked for: importing the package does nothing.
var templates = sync.OnceValues(func() (*template.Template, error) {
	return template.ParseFS(embedded, "page.html", "sla.html", "parts.html")
})

// styleLink returns the address of the style sheet. It changes with the sheet, so that a browser
// may keep the old one.
var styleLink = sync.OnceValue(func() string {
	text, _ := embedded.ReadFile("style.css") // it is embedded
	return fmt.Sprintf("style.css?v=%x", sha256.Sum256(text))[:24]
})

// render makes a page from a template.
func render(name string, data any) (response, error) {
	// The templates are embedded, so that an error is a fault of the package. It fails a page and
	// not the process.
	all, err := templates()
	if err != nil {
		return response{}, err
	}
	var b bytes.Buffer
	err = all.ExecuteTemplate(&b, name, data)
	body := b.Bytes()
	if !utf8.Valid(body) { // a filter or a label may hold any bytes
		body = bytes.ToValidUTF8(body, []byte("\uFFFD"))
	}
	return response{contentType: "text/html; charset=utf-8", body: body}, err
}

// A frame is what all pages have.
type frame struct {
	// Of the page, and of all pages.
	Title, Site string
	// The address of the style sheet.
	Style string
	Query template.URL
	// The instant that the page is valid for.
	AsOf template.HTML
}

// frame returns the frame of a page. Its query is the filter as parameters, with a question mark;
// empty means no filter.
func (q *request) frame(name string) frame {
	f := frame{Title: name, Site: q.h.title(), Style: styleLink(), AsOf: timeTag(q.s.at.UTC(), time.Time{})}
	if v := q.values(); len(v) > 0 {
		f.Query = template.URL("?" + v.Encode())
	}
	return f
}

// link returns the address of the page of an SLA. It is relative, so that it works below any path.
func link(id string) template.URL { return template.URL("sla?" + parameter(id)) }

// parameter returns the ID of an SLA as a parameter.
func parameter(id string) template.URL { return template.URL("id=" + url.QueryEscape(id)) }

// time returns an instant in its own location, as a page shows it, and a dash for zero.
func (q *request) time(t time.Time) template.HTML {
	if t.IsZero() {
		return "–"
	}
	return timeTag(t, q.s.at)
}

// timeIn does the same in another location.
func (q *request) timeIn(t time.Time, zone *time.Location) template.HTML {
	return q.time(within(t, zone))
}

// timeTag returns an instant in its own location, and in UTC on hover. The year is left out where
// it is that of now.
func timeTag(t, now time.Time) template.HTML {
	shown := clockText(t)
	// Most instants of a page are of this year, and the year would only be in the way.
	if !now.IsZero() && now.In(t.Location()).Year() == t.Year() {
		shown = t.Format("Mon 2 Jan, 15:04 MST")
	}
	return template.HTML(`<time datetime="` + rfcText(t) + `" title="` + plain.Second(t.UTC()) + `">` +
		html.EscapeString(shown) + `</time>`)
}

// landed returns when data landed last. What was never checked may have landed, so that nothing is
// claimed.
func (q *request) landed(o *ObjectiveView) template.HTML {
	switch {
	case o.Landed != nil:
		return q.time(*o.Landed)
	case o.Checked.IsZero():
		return "–"
	}
	return "never, as far as known"
}

// count returns how long data has until it is due, or by how much it is overdue.
func (q *request) count(o *ObjectiveView) string {
	switch left := o.Due.Sub(q.s.at); {
	case o.Due.IsZero():
		return ""
	case left < 0:
		return "overdue " + plain.Duration(left)
	case left == 0:
		return "now"
	default:
		return "in " + plain.Duration(left)
	}
}

// expected returns when data is expected, unless that has passed.
func (q *request) expected(o *ObjectiveView) template.HTML {
	if o.Expected == nil || o.Expected.By.Before(q.s.at) {
		return ""
	}
	text := "expected by " + q.time(o.Expected.By)
	if o.Expected.Miss && o.Due.After(q.s.at) {
		text += ", likely late"
	}
	return text
}
