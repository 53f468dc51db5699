package status_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/status"
)

// A slowDesk reads its timelines as the test says.
type slowDesk struct {
	*incident.Desk
	read func(ctx context.Context) error
}

func (d slowDesk) Timeline(ctx context.Context, id string) ([]incident.Entry, error) {
	if err := d.read(ctx); err != nil {
		return nil, err
	}
	return d.Desk.Timeline(ctx, id)
}

const unread, noted = "timeline could not be read", "Context added"

func slow(t *testing.T, read func(ctx context.Context) error) (*world, *status.Handler) {
	w := newWorld(t)
	h := status.New(w.tracker, slowDesk{w.desk, read})
	h.Clock = w
	return w, h
}

// A store that hangs costs those who ask for a timeline a few seconds, and the others nothing.
func TestAStoreThatHangsHoldsUpNobodyElse(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		_, h := slow(t, func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() })
		begun := time.Now()
		done := make(chan string)
		for range 3 {
			go func() { done <- get(h, "sla?id=orders-by-7").Body.String() }()
		}
		synctest.Wait() // for ever, were it not for a bound
		assert.Equal(t, http.StatusOK, get(h, "").Code)
		assert.Equal(t, http.StatusOK, get(h, "status.json").Code)
		assert.Equal(t, http.StatusNotFound, get(h, "sla?id=nothing").Code)
		assert.Zero(t, time.Since(begun))
		for range 3 {
			assert.Contains(t, <-done, unread)
		}
		assert.Equal(t, 5*time.Second, time.Since(begun), "one waited for all")
	})
}

// What was not read for one who went away is read for the next, and what could not be read is tried again.
func TestWhatCouldNotBeReadIsReadAgain(t *testing.T) {
	for range 8 { // of a turn and an end, either may be seen first
		gone, leave := context.WithCancel(t.Context())
		_, h := slow(t, func(ctx context.Context) error { leave(); return ctx.Err() })
		a := httptest.NewRecorder()
		h.ServeHTTP(a, httptest.NewRequestWithContext(gone, http.MethodGet, "/sla?id=orders-by-7", nil))
		assert.Equal(t, http.StatusServiceUnavailable, a.Code)
		assert.Contains(t, text(t, h, "sla?id=orders-by-7"), noted)
	}

	fail := errors.New("no route to host")
	w, h := slow(t, func(context.Context) error { return fail })
	h.CacheFor = time.Hour
	first := get(h, "sla?id=orders-by-7")
	assert.Contains(t, first.Body.String(), unread)
	assert.Contains(t, first.Header().Get("Cache-Control"), "max-age=10,")
	fail, w.now = nil, w.now.Add(9*time.Second)
	assert.Contains(t, text(t, h, "sla?id=orders-by-7"), unread, "a store in trouble is not asked by each reader")
	w.now = w.now.Add(time.Second)
	assert.Contains(t, text(t, h, "sla?id=orders-by-7"), noted)

	_, h = slow(t, func(context.Context) error { panic("a nil map") })
	assert.Contains(t, text(t, h, "sla?id=orders-by-7"), unread)
}

// Parameters that an endpoint does not look at make no new response: no store is read again for them.
func TestWhatIsNotLookedAtMakesNoOtherQuestion(t *testing.T) {
	reads := 0
	w, h := slow(t, func(context.Context) error { reads++; return nil })
	story := text(t, h, "sla?id=orders-by-7")
	once := reads
	for _, more := range []string{"&offset=1", "&limit=7", "&consumer=x", "&level=kept", "&more=x"} {
		assert.Equal(t, story, text(t, h, "sla?id=orders-by-7"+more))
	}
	assert.Equal(t, once, reads)
	assert.NotZero(t, once)
	for _, path := range []string{"", "status.json", "metrics", "summary.json"} {
		assert.Equal(t, text(t, h, path), text(t, h, path+"?id=orders-by-7"), path)
	}
	assert.Equal(t, text(t, h, "feed.atom"), text(t, h, "feed.atom?offset=3&limit=4"))

	for _, path := range []string{"status.json?level=kept", "summary.json", "feed.atom", "calendar.ics", "metrics?level=kept"} {
		tag := get(h, path).Header().Get("ETag")
		w.now = w.now.Add(2 * time.Minute)
		assert.Equal(t, http.StatusNotModified, get(h, path, "If-None-Match", tag).Code, "%s says the same, though anew", path)
	}
}

// Nothing stays green because a response is kept: what is not checked again is unknown from the same
// instant on, however long CacheFor is.
func TestWhatIsForgottenTurnsUnknownThoughItIsKept(t *testing.T) {
	w := newWorld(t)
	next := w.now.Add(time.Hour)
	look := freshness.Result{Asset: "stream.clicks", Check: "clicks/young", Status: freshness.Fresh, Reason: freshness.ReasonOnTime, At: w.now, NextCheck: next}
	w.tracker.Observe(look)
	look.Asset, look.Check, look.NextCheck = "raw.fx", "fx", next.Add(10*time.Minute)
	w.results = []freshness.Result{look}
	h := w.handler()
	h.CacheFor = 100 * time.Hour
	standing := func() string {
		for _, a := range one(t, h, "orders-by-7").Details.Assets {
			if a.ID == "raw.fx" {
				return one(t, h, "clicks").Level.String() + " " + a.Status.String()
			}
		}
		return ""
	}
	for _, step := range []struct {
		at   time.Time
		want string
	}{
		{w.now, "kept fresh"}, {next.Add(-time.Nanosecond), "kept fresh"}, {next, "kept fresh"}, {next.Add(time.Second), "kept fresh"},
		{next.Add(5*time.Minute - time.Nanosecond), "kept fresh"}, {next.Add(5 * time.Minute), "unknown fresh"},
		{next.Add(15*time.Minute - time.Second), "unknown fresh"}, {next.Add(15 * time.Minute), "unknown unknown"}, {next.Add(50 * time.Hour), "unknown unknown"},
	} {
		w.now = step.at
		assert.Equal(t, step.want, standing(), step.at)
		a := get(h, "status.json")
		var seconds int
		_, err := fmt.Sscanf(a.Header().Get("Cache-Control"), "public, max-age=%d", &seconds)
		require.NoError(t, err)
		for _, change := range []time.Time{next, next.Add(5 * time.Minute), next.Add(10 * time.Minute), next.Add(15 * time.Minute)} {
			if w.now.Before(change) {
				assert.LessOrEqual(t, time.Duration(seconds)*time.Second, change.Sub(w.now))
			}
		}
	}
	assert.Contains(t, text(t, h, "sla?id=orders-by-7"), "not checked again")
}
