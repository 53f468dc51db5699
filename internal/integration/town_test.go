package integration

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
)

// A town is those who hear announcements: over HTTP from other processes, and from this one.
type town struct {
	URL string

	mu    sync.Mutex
	late  bool                                          // a process that was stopped may come with its attempt after that of another
	on    func(replica string, a incident.Announcement) // called before the response to an announcement
	heard map[string]int                                // how often, by key
	made  map[string]bool                               // attempts, by number and key
	upto  map[string]int                                // by incident: the newest entry that was heard of
	wrong []string
}

func newTown(t *testing.T) *town {
	t.Helper()
	town := &town{heard: map[string]int{}, made: map[string]bool{}, upto: map[string]int{}}
	server := httptest.NewServer(town)
	t.Cleanup(server.Close)
	town.URL = server.URL
	return town
}

// tell announces to the town from another process.
func (l life) tell(ctx context.Context, a incident.Announcement) (string, error) {
	body, err := json.Marshal(a)
	if err != nil {
		return "", err
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, l.Town+"/"+l.Replica, bytes.NewReader(body))
	if err != nil {
		return "", err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return "", err
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		return "", fmt.Errorf("the town returns %s", answer.Status)
	}
	return "", nil
}

// ServeHTTP hears an announcement once all of it has come.
func (town *town) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	var a incident.Announcement
	if err := json.NewDecoder(r.Body).Decode(&a); err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = town.announce(r.Context(), a)
	town.mu.Lock()
	on := town.on
	town.mu.Unlock()
	if on != nil {
		on(r.URL.Path[1:], a)
	}
}

// whenHeard makes a function be called before the response to an announcement of another process.
func (town *town) whenHeard(f func(replica string, a incident.Announcement)) {
	town.mu.Lock()
	defer town.mu.Unlock()
	town.on = f
}

// announce notes that an announcement was made. Where it was made before, it must be marked as
// another attempt; and no entry may be left out.
func (town *town) announce(_ context.Context, a incident.Announcement) (string, error) {
	town.mu.Lock()
	defer town.mu.Unlock()
	town.heard[a.Key]++
	attempt := fmt.Sprintf("attempt %d at %s", a.Attempt, a.Key)
	if town.made[attempt] {
		town.wrong = append(town.wrong, attempt+" comes twice")
	}
	town.made[attempt] = true
	if a.Attempt < town.heard[a.Key] && !town.late {
		town.wrong = append(town.wrong, fmt.Sprintf("%s comes for the %dth time, and is marked as attempt %d", a.Key, town.heard[a.Key], a.Attempt))
	}
	id := a.Incident.ID
	if first := a.New[0].Seq; first > town.upto[id]+1 {
		town.wrong = append(town.wrong, fmt.Sprintf("%s begins at %d, and %d was the last", a.Key, first, town.upto[id]))
	}
	town.upto[id] = max(town.upto[id], a.New[len(a.New)-1].Seq)
	return "", nil
}

// times is how often an announcement was heard.
func (town *town) times(key string) int {
	town.mu.Lock()
	defer town.mu.Unlock()
	return town.heard[key]
}

// twice counts the announcements that came again.
func (town *town) twice() int {
	town.mu.Lock()
	defer town.mu.Unlock()
	n := 0
	for _, times := range town.heard {
		n += times - 1
	}
	return n
}

// heardAll lets a desk announce what is left: then each entry of each incident was announced, and
// each repeat was marked as one.
func (town *town) heardAll(t *testing.T, desk *incident.Desk) {
	t.Helper()
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- desk.Run(ctx) }()
	assert.Eventually(t, func() bool { return town.missing(desk) == 0 }, time.Minute, 20*time.Millisecond, "some entries were never announced")
	stop()
	<-ended
	town.mu.Lock()
	defer town.mu.Unlock()
	require.Empty(t, town.wrong)
}

// missing counts the incidents of which something was not announced yet.
func (town *town) missing(desk *incident.Desk) (n int) {
	town.mu.Lock()
	defer town.mu.Unlock()
	for _, i := range desk.Incidents() {
		if town.upto[i.ID] < i.EntryCount {
			n++
		}
	}
	return n
}
