package pagerduty_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/pagerduty"
)

// A desk calls Announce. Here a server stands in for PagerDuty, and prints what it receives.
func Example() {
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		var event struct {
			Action  string `json:"event_action"`
			Key     string `json:"dedup_key"`
			Payload struct{ Severity, Summary string }
		}
		_ = json.NewDecoder(r.Body).Decode(&event)
		fmt.Println(event.Action, event.Key, event.Payload)
		w.Header().Set("Content-Type", "application/json")
		w.WriteHeader(http.StatusAccepted)
		fmt.Fprint(w, `{"status": "success", "message": "Event processed", "dedup_key": "`+event.Key+`"}`)
	}))
	defer server.Close()

	at := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	report := new(priority.Classifier).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), at)).Report()
	record := []incident.Entry{
		{Incident: "inc-1", Seq: 1, At: at, Kind: incident.EntryOpened, Assessment: &report},
		{Incident: "inc-1", Seq: 2, At: at.Add(time.Minute), Kind: incident.EntryAcknowledged, Author: "ada", Until: at.Add(time.Hour)},
	}
	service := pagerduty.New("0123456789abcdef0123456789abcdef")
	service.URL, service.Client = server.URL, server.Client()

	receipt := ""
	for n := range record {
		state, err := incident.FromEntries(slices.Values(record[:n+1]))
		if err != nil {
			panic(err)
		}
		receipt, err = service.Announce(context.Background(), incident.Announcement{Incident: state, New: record[n : n+1], Receipt: receipt, Attempt: 1})
		fmt.Println(receipt, err)
	}
	// Output:
	// trigger inc-1@2026-03-04T06:18:00Z {critical P1 open · raw.orders: extract exited 1; the catalog does not know it, so it may reach a primary SLA}
	// 1 open <nil>
	// acknowledge inc-1@2026-03-04T06:18:00Z { }
	// 2 open <nil>
}

// Two services of one desk have a label each. Events link to the page of the incident.
func ExampleService() {
	eu := pagerduty.New("0123456789abcdef0123456789abcdef")
	eu.Label = "eu"
	eu.URL = "https://events.eu.pagerduty.com/v2/enqueue"
	eu.Timeout = 5 * time.Second
	eu.IncidentURL = func(i incident.Incident) string {
		return "https://status.example.com/status/incident?id=" + url.QueryEscape(i.ID)
	}
	fmt.Println(eu, eu.Validate())
	// Output: pagerduty:eu <nil>
}

// Validate returns everything that is missing.
func ExampleService_Validate() {
	fmt.Println(pagerduty.New("abc").Validate())
	// Output: pagerduty: the routing key has 3 characters: want 32 letters and digits
}
