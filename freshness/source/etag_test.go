package source_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/benbjohnson/clock"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/freshness"
	"github.com/alwaysp1/alwaysp1/freshness/source"
)

// tagged is a server whose resource has one entity tag at a time.
type tagged struct {
	mu     sync.Mutex
	tag    string
	status int
}

func (s *tagged) set(tag string, status int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.tag, s.status = tag, status
}

func (s *tagged) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	w.Header().Set("ETag", s.tag)
	if r.Header.Get("If-None-Match") == s.tag {
		w.WriteHeader(http.StatusNotModified)
	} else {
		w.WriteHeader(s.status)
	}
}

func TestAnEntityTagThatChangesIsALandingWhenItIsSeen(t *testing.T) {
	resource := &tagged{}
	server := serve(t, resource.ServeHTTP)
	mock := clock.NewMock()
	mock.Set(seven)
	s := &source.ETag{HTTP: source.HTTP{URL: server.URL}, Clock: mock}
	for step, c := range []struct {
		tag    string
		status int
		after  time.Duration
		want   time.Time // zero: an error
	}{
		{`"1"`, 200, 0, time.Time{}},         // nobody knows since when it is so
		{`"1"`, 200, time.Hour, time.Time{}}, // nor after another look
		{`"2"`, 200, time.Hour, seven.Add(2 * time.Hour)},
		{`"2"`, 200, time.Hour, seven.Add(2 * time.Hour)},
		{`W/"2"`, 200, time.Hour, seven.Add(2 * time.Hour)}, // the same, compressed
		{`"3"`, 500, time.Hour, time.Time{}},                // a failure is no change
		{``, 200, 0, time.Time{}},
		{strings.Repeat("x", 1025), 200, 0, time.Time{}},
		{`"3"`, 200, time.Hour, seven.Add(6 * time.Hour)},
		{`"4"`, 200, -5 * time.Hour, seven.Add(6 * time.Hour)}, // the clock was set back: no older than before
		{`"5"`, 200, 9 * time.Hour, seven.Add(10 * time.Hour)},
	} {
		resource.set(c.tag, c.status)
		mock.Add(c.after)
		landed, err := s.Landings(t.Context())
		if c.want.IsZero() {
			require.Error(t, err, "step %d", step)
			continue
		}
		require.NoError(t, err, "step %d", step)
		require.Equal(t, freshness.Landings{{At: c.want, Metadata: true}}, landed, "step %d", step)
	}
}

func TestAnEntityTagIsRememberedAcrossStarts(t *testing.T) {
	resource := &tagged{tag: `"1"`, status: 200}
	server := serve(t, resource.ServeHTTP)
	mock := clock.NewMock()
	mock.Set(seven)
	first := &source.ETag{HTTP: source.HTTP{URL: server.URL}, Clock: mock}
	_, err := first.Landings(t.Context())
	require.ErrorIs(t, err, source.ErrNoChange)
	resource.set(`"2"`, 200)
	_, err = first.Landings(t.Context())
	require.NoError(t, err)

	mock.Add(time.Hour)
	second := &source.ETag{HTTP: source.HTTP{URL: server.URL}, Clock: mock}
	second.Remember(first.Seen())
	landed, err := second.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, seven, landed[0].At, "unchanged since")

	resource.set(`"3"`, 200)
	landed, err = second.Landings(t.Context())
	require.NoError(t, err)
	assert.Equal(t, seven.Add(time.Hour), landed[0].At)
}

func TestSeveralMayLookAtOnce(t *testing.T) {
	resource := &tagged{tag: `"1"`, status: 200}
	server := serve(t, resource.ServeHTTP)
	s := &source.ETag{HTTP: source.HTTP{URL: server.URL}}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() {
			if i == 3 {
				resource.set(`"2"`, 200)
			}
			_, _ = s.Landings(t.Context())
			s.Seen()
		})
	}
	wg.Wait()
	_, _ = s.Landings(t.Context())
	tag, _ := s.Seen()
	assert.Equal(t, `"2"`, tag)
}
