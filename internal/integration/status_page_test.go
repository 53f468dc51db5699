package integration

import (
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/internal/integration/browser"
)

var statusPages = map[string]string{
	"page": "", "finance": "?consumer=finance", "filtered": "?consumer=finance&tier=primary", "sla": "sla?id=orders-by-7", "events": "sla?id=api", "hostile": "sla?id=hostile", "none": "?consumer=nobody",
}

// Each page is opened as readers open it: in light and dark, wide and at 320 pixels, and as it is
// printed. STATUS_PICTURES names a folder for the pictures, to be looked at. The README shows one
// of them: STATUS_PICTURES=testdata go test -run InABrowser/finance/light
func TestStatusPagesInABrowser(t *testing.T) {
	base := newMorning(t).serve(t)
	chromium := browser.Start(t)
	views := map[string]browser.View{
		"light": {Width: 1280}, "dark": {Width: 1280, Dark: true}, "narrow": {Width: 320}, "narrow-dark": {Width: 320, Dark: true}, "print": {Width: 900, Print: true},
	}
	for page, path := range statusPages {
		for how, view := range views {
			t.Run(page+"/"+how, func(t *testing.T) {
				p := browser.Open(t, chromium, base+path, view)
				picture(t, page+"-"+how, p.Picture)
				assert.Empty(t, p.Complaints)
				assert.Zero(t, p.Scripts)
				assert.LessOrEqual(t, p.Overflow, 0.0, "it is wider than the window")
				assert.Empty(t, p.Axe)
				for _, address := range p.Requests {
					assert.True(t, strings.HasPrefix(address, base), "a request to elsewhere: %s", address)
				}
				named(t, p.Names)
			})
		}
	}
}

// named wants a name for all that a screen reader stops at.
func named(t *testing.T, nodes []browser.Named) {
	t.Helper()
	wants := map[string]bool{
		"link": true, "button": true, "combobox": true, "heading": true, "image": true, "img": true, "region": true, "navigation": true,
		"form": true, "search": false, "article": true, "RootWebArea": true, "columnheader": true, "rowheader": true, "table": true,
	}
	found := map[string]int{}
	for _, n := range nodes {
		found[n.Role]++
		if wants[n.Role] {
			assert.NotEmpty(t, n.Name, "a %s without a name", n.Role)
		}
	}
	for _, role := range []string{"main", "banner", "contentinfo", "heading"} {
		assert.NotZero(t, found[role], "no %s", role)
	}
}

func picture(t *testing.T, name string, png []byte) {
	dir := os.Getenv("STATUS_PICTURES")
	if dir == "" {
		return
	}
	require.NoError(t, os.MkdirAll(dir, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, name+".png"), png, 0o644))
}

func TestValidatorsFindNothingOnStatusPages(t *testing.T) {
	base := newMorning(t).serve(t)
	java, err := exec.LookPath("java")
	browser.Require(t, err == nil, "Java")
	node, err := exec.LookPath("node")
	browser.Require(t, err == nil, "Node")
	jar := filepath.Join(browser.Modules(), "vnu-jar", "build", "dist", "vnu.jar")
	validate := filepath.Join(browser.Modules(), "html-validate", "bin", "html-validate.mjs")
	for _, file := range []string{jar, validate} {
		_, err := os.Stat(file)
		browser.Require(t, err == nil, file)
	}
	pages := map[string][]byte{}
	for page, path := range statusPages {
		pages[page] = fetch(t, base+path)
	}
	assert.Empty(t, browser.Judge(t, "html", pages, java, "-jar", jar, "--Werror"), "vnu")
	// One rule counts the characters of a title as they are escaped: the hostile title has too many
	// of these, not of those that are seen.
	assert.Empty(t, browser.Judge(t, "html", pages, node, validate, "--preset=recommended", "--rule=long-title:0"), "html-validate")
	style := map[string][]byte{"style": fetch(t, base+"style.css")}
	assert.Empty(t, browser.Judge(t, "css", style, java, "-jar", jar, "--Werror", "--css"), "the style sheet")
	badges := map[string][]byte{"hostile": fetch(t, base+"badge.svg?id=hostile"), "all": fetch(t, base+"badge.svg")}
	assert.Empty(t, browser.Judge(t, "svg", badges, java, "-jar", jar, "--Werror", "--svg"), "badges")
}

func fetch(t testing.TB, address string, header ...string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, nil)
	require.NoError(t, err)
	for i := 0; i+1 < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	response, err := http.DefaultClient.Do(r)
	require.NoError(t, err)
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	require.Less(t, response.StatusCode, 400, fmt.Sprintf("%s: %s", address, body))
	return body
}
