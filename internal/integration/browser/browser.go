// Package browser opens pages in a headless Chromium for tests, and notes what a reader's browser
// would complain about.
//
// Where Chromium, or a tool that judges pages, is not installed, the test fails if CI is set in the
// environment, and is skipped with a loud message elsewhere; install.sh installs them.
package browser

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
)

// Start starts a Chromium that ends with the test.
func Start(t testing.TB) context.Context {
	t.Helper()
	program, err := exec.LookPath("chromium")
	Require(t, err == nil, "Chromium")
	options := append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(program), chromedp.NoSandbox, chromedp.DisableGPU,
		chromedp.Flag("disable-background-networking", true), chromedp.Flag("disable-component-update", true), chromedp.Flag("hide-scrollbars", true),
	)
	allocator, cancel := chromedp.NewExecAllocator(t.Context(), options...)
	t.Cleanup(cancel)
	ctx, cancel := chromedp.NewContext(allocator)
	t.Cleanup(cancel)
	if err := chromedp.Run(ctx); err != nil {
		t.Fatal(err)
	}
	return ctx
}

// Require fails a test in CI, and skips it elsewhere, where something is not installed.
func Require(t testing.TB, installed bool, what string) {
	t.Helper()
	switch {
	case installed:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is not installed: run internal/integration/install.sh", what)
	default:
		t.Skipf("SKIPPED, AND NOTHING IS PROVEN: %s is not installed: run internal/integration/install.sh", what)
	}
}

// Modules is where install.sh puts what npm installs.
func Modules() string {
	cache, err := os.UserCacheDir()
	if err != nil {
		cache = os.TempDir()
	}
	return filepath.Join(cache, "alwaysp1-integration", "node_modules")
}

// A View is how a page is looked at.
type View struct {
	Dark  bool
	Print bool
	Width int64
}

// A Page is a page that was opened, and what was noted about it.
type Page struct {
	Requests   []string // addresses of all that was asked for
	Complaints []string // the messages of the console
	Picture    []byte   // all of it, as PNG
	Scripts    int      // script elements
	Overflow   float64  // pixels by which it is wider than the view
	Names      []Named  // the accessibility tree
	Axe        string   // what axe-core finds, as JSON; empty: nothing
	Title      string
}

// A Named is a node of the accessibility tree.
type Named struct{ Role, Name string }

// Open opens a page in a tab of its own.
func Open(t testing.TB, browser context.Context, address string, v View) *Page {
	t.Helper()
	tab, cancel := chromedp.NewContext(browser)
	defer cancel()
	tab, cancel = context.WithTimeout(tab, time.Minute)
	defer cancel()
	p := &Page{}
	p.listen(tab)
	axe, err := os.ReadFile(filepath.Join(Modules(), "axe-core", "axe.min.js"))
	Require(t, err == nil, "axe-core")
	err = chromedp.Run(tab, network.Enable(), log.Enable(), runtime.Enable(), page.Enable(), v.set(),
		chromedp.Navigate(address), chromedp.WaitReady("main"), chromedp.Title(&p.Title),
		chromedp.Evaluate("document.scripts.length", &p.Scripts),
		chromedp.Evaluate("document.documentElement.scrollWidth - window.innerWidth", &p.Overflow),
		chromedp.ActionFunc(p.name), chromedp.ActionFunc(p.shoot),
		chromedp.Evaluate(string(axe)+";0", nil),
		chromedp.Evaluate(`axe.run().then(r => r.violations.length ? JSON.stringify(r.violations.map(v => ({rule: v.id, help: v.help, nodes: v.nodes.slice(0, 3).map(n => n.html + " " + n.failureSummary)})), null, 1) : "")`,
			&p.Axe, func(e *runtime.EvaluateParams) *runtime.EvaluateParams { return e.WithAwaitPromise(true) }),
	)
	if err != nil {
		t.Fatalf("%s: %v", address, err)
	}
	return p
}

// listen notes requests, and what goes wrong.
func (p *Page) listen(tab context.Context) {
	var mu sync.Mutex
	chromedp.ListenTarget(tab, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch e := event.(type) {
		case *network.EventRequestWillBeSent:
			p.Requests = append(p.Requests, e.Request.URL)
		case *runtime.EventConsoleAPICalled:
			p.Complaints = append(p.Complaints, "console: "+string(e.Type))
		case *runtime.EventExceptionThrown:
			p.Complaints = append(p.Complaints, "exception: "+e.ExceptionDetails.Error())
		case *log.EventEntryAdded:
			p.Complaints = append(p.Complaints, fmt.Sprintf("%s: %s", e.Entry.Level, e.Entry.Text))
		}
	})
}

func (v View) set() chromedp.Action {
	scheme, media := "light", ""
	if v.Dark {
		scheme = "dark"
	}
	if v.Print {
		media = "print"
	}
	return chromedp.Tasks{
		emulation.SetDeviceMetricsOverride(v.Width, 900, 1, false),
		emulation.SetEmulatedMedia().WithMedia(media).WithFeatures([]*emulation.MediaFeature{{Name: "prefers-color-scheme", Value: scheme}}),
	}
}

// shoot takes a picture of all of the page, as high as it is, up to a bound.
func (p *Page) shoot(ctx context.Context) error {
	_, _, _, _, _, size, err := page.GetLayoutMetrics().Do(ctx)
	if err != nil {
		return err
	}
	p.Picture, err = page.CaptureScreenshot().WithCaptureBeyondViewport(true).
		WithClip(&page.Viewport{Width: size.Width, Height: min(size.Height, 6000), Scale: 1}).Do(ctx)
	return err
}

// name reads the accessibility tree, which the browser builds some time after the page.
// It is decoded here, since browsers know reasons and properties that cdproto does not.
func (p *Page) name(ctx context.Context) error {
	if err := cdp.Execute(ctx, "Accessibility.enable", nil, nil); err != nil {
		return err
	}
	for range 20 {
		if err := p.read(ctx); err != nil {
			return err
		}
		for _, n := range p.Names {
			if n.Role == "contentinfo" { // the last thing on a page
				return nil
			}
		}
		time.Sleep(50 * time.Millisecond)
	}
	return nil
}

func (p *Page) read(ctx context.Context) error {
	type value struct {
		Value any `json:"value"`
	}
	var tree struct {
		Nodes []struct {
			Ignored bool  `json:"ignored"`
			Role    value `json:"role"`
			Name    value `json:"name"`
		} `json:"nodes"`
	}
	if err := cdp.Execute(ctx, "Accessibility.getFullAXTree", nil, &tree); err != nil {
		return err
	}
	p.Names = nil
	for _, n := range tree.Nodes {
		role, _ := n.Role.Value.(string)
		name, _ := n.Name.Value.(string)
		if !n.Ignored {
			p.Names = append(p.Names, Named{role, name})
		}
	}
	return nil
}

// Judge runs a tool over files of a kind, such as "html", and returns its output, which is empty
// when all is well.
func Judge(t testing.TB, kind string, bodies map[string][]byte, program string, args ...string) string {
	t.Helper()
	dir := t.TempDir()
	for name, body := range bodies {
		file := filepath.Join(dir, name+"."+kind)
		if err := os.WriteFile(file, body, 0o644); err != nil {
			t.Fatal(err)
		}
		args = append(args, file)
	}
	command := exec.CommandContext(t.Context(), program, args...)
	command.Dir = filepath.Dir(Modules())
	out, err := command.CombinedOutput()
	if err != nil {
		return strings.TrimSpace(err.Error() + "\n" + string(out))
	}
	return ""
}
