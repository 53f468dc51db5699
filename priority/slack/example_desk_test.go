package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/sla"
)

// The whole of it: a load fails, the desk opens an incident, and the channel hears of it. Here a
// server takes Slack's place.
func ExampleNew() {
	posted := make(chan string, 10)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Text string `json:"text"`
		}
		_ = json.NewDecoder(r.Body).Decode(&message)
		posted <- message.Text
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"ok": true, "channel": "C0123456789", "ts": "1772605080.000100"}`)
	}))
	defer server.Close()

	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders", Name: "Orders ready by 07:00", Assets: []string{"mart.orders"}, Consumers: []string{"finance"},
	}}, sla.Feeds("raw.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	channel := slack.New("xoxb-1", "#engineering")
	channel.BaseURL, channel.Client, channel.Timeout = server.URL+"/api/", server.Client(), 5*time.Second
	desk := incident.NewDesk(priority.NewClassifier(catalog), channel)

	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error)
	go func() { ended <- desk.Run(ctx) }()

	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	if _, _, err := desk.Signal(ctx, priority.FromError("raw.orders", errors.New("extract exited 1"), at)); err != nil {
		panic(err)
	}
	fmt.Println(<-posted)
	fmt.Println(<-posted)
	cancel()
	fmt.Println(<-ended)
	// Output:
	// 🔴 P1 open · raw.orders: extract exited 1; it endangers "Orders ready by 07:00" (primary, for finance)
	// 06:18 UTC Opened
	// • raw.orders: extract exited 1
	// • it feeds mart.orders (raw.orders → mart.orders), promised as "Orders ready by 07:00" (primary) to finance
	// • P1 because it reaches a primary SLA
	// context canceled
}
