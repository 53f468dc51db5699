package slack_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack"
	"github.com/alwaysp1/alwaysp1/sla"
)

// exampleOpened is the announcement of an incident that was just opened.
func exampleOpened() incident.Announcement {
	catalog, err := sla.NewCatalog([]sla.SLA{{
		ID: "orders", Name: "Orders ready by 07:00", Assets: []string{"mart.orders"}, Consumers: []string{"finance"},
	}}, sla.Feeds("raw.orders", "mart.orders"))
	if err != nil {
		panic(err)
	}
	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	report := priority.NewClassifier(catalog).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), at)).Report()
	record := []incident.Entry{{Incident: "inc-1", Seq: 1, At: at, Kind: incident.EntryOpened, Assessment: &report}}
	state, err := incident.FromEntries(slices.Values(record))
	if err != nil {
		panic(err)
	}
	return incident.Announcement{Key: "inc-1/1@slack", Incident: state, New: record, Attempt: 1}
}

// A desk calls Announce. Here a server takes Slack's place and prints what people would be notified
// of.
func Example() {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Text   string `json:"text"`
			Thread string `json:"thread_ts"`
		}
		_ = json.NewDecoder(r.Body).Decode(&message)
		if message.Thread == "" {
			fmt.Println(r.URL.Path, message.Text)
		} else {
			fmt.Println(r.URL.Path, "below", message.Thread)
		}
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, `{"ok": true, "channel": "C0123456789", "ts": "1772605080.000100"}`)
	}))
	defer server.Close()

	channel := slack.New("xoxb-1", "#engineering")
	channel.Mentions = []string{"here"}
	channel.IncidentURL = incident.URLUnder("https://status.example.com/incidents/")
	channel.BaseURL, channel.Client = server.URL+"/api/", server.Client()

	receipt, err := channel.Announce(context.Background(), exampleOpened())
	fmt.Println(receipt, err)
	// Output:
	// /api/chat.postMessage 🔴 P1 open · raw.orders: extract exited 1; it endangers "Orders ready by 07:00" (primary, for finance)
	// /api/chat.postMessage below 1772605080.000100
	// C0123456789/1772605080.000100/1/1 <nil>
}

// Validate finds what is missing before the first delivery does.
func ExampleChannel_Validate() {
	channel := slack.New("", "engineering")
	channel.Mentions = []string{"@here"}
	fmt.Println(channel.Validate())
	// Output:
	// slack: Mentions[0]: "@here" is none of here, channel and everyone, and neither the ID of a user group (S…) nor of a user (U…, W…)
	// slack: the token is empty: give New the "Bot User OAuth Token" of a Slack app that has the scope chat:write
}

// An incoming webhook needs no app, and cannot edit: each change is a message.
func ExampleNewWebhook() {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var message struct {
			Text string `json:"text"`
		}
		_ = json.NewDecoder(r.Body).Decode(&message)
		fmt.Println(message.Text)
		fmt.Fprint(w, "ok")
	}))
	defer server.Close()

	hook := slack.NewWebhook(server.URL + "/services/T000/B000/secret")
	hook.Client, hook.Timeout, hook.Label = server.Client(), 5*time.Second, "engineering"
	_, err := hook.Announce(context.Background(), exampleOpened())
	fmt.Printf("%v: %v\n", hook, err)
	// Output:
	// 🔴 P1 open · raw.orders: extract exited 1; it endangers "Orders ready by 07:00" (primary, for finance)
	// slack-webhook:engineering: <nil>
}

// The address of a page may be any function of the incident.
func ExampleMessageStyle() {
	style := slack.MessageStyle{
		Mentions: []string{"S0123456789"}, Location: time.UTC,
		IncidentURL: func(i incident.Incident) string {
			return "https://status.example.com/" + i.OpenedAt.Format("2006/01/") + i.ID
		},
	}
	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	fmt.Println(style.IncidentURL(incident.Incident{ID: "inc-1", OpenedAt: at}))
	// Output: https://status.example.com/2026/03/inc-1
}
