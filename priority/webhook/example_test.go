package webhook_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"time"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/webhook"
)

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// exampleClock tells one instant.
type exampleClock time.Time

func (c exampleClock) Now() time.Time { return time.Time(c) }

// A sender signs each event, and a receiver verifies it before it reads it.
func Example() {
	now := time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC)
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
		if err != nil || webhook.Verify(exampleSecret, r.Header, body, now, webhook.Tolerance) != nil {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		var event webhook.Event
		if err := json.Unmarshal(body, &event); err != nil {
			w.WriteHeader(http.StatusBadRequest)
			return
		}
		fmt.Println(event.Type, event.ID) // an ID that was seen before would be skipped here
		fmt.Println(event.Data.Text)
	}))
	defer server.Close()

	report := new(priority.Classifier).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), now)).Report()
	record := []incident.Entry{{Incident: "inc-1", Seq: 1, At: now, Kind: incident.Opened, Report: &report}}
	state, err := incident.Fold(slices.Values(record))
	if err != nil {
		panic(err)
	}
	endpoint := webhook.New(server.URL, exampleSecret)
	endpoint.Client, endpoint.Clock = server.Client(), exampleClock(now)
	receipt, err := endpoint.Announce(context.Background(), incident.Announcement{Incident: state, New: record, Attempt: 1})
	fmt.Println(receipt, err)
	// Output:
	// alwaysp1.incident.opened inc-1/20260304T061800000000000Z/1
	// P1 open · raw.orders: extract exited 1; the catalog does not know it, so it may reach a primary SLA
	// 1 <nil>
}

// An old signature is refused, for whoever overheard it could send it again.
func ExampleVerify() {
	header := http.Header{}
	header.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	header.Set("webhook-timestamp", "1614265330")
	header.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	body := []byte(`{"test": 2432232314}`)
	sent := time.Unix(1614265330, 0)

	fmt.Println(webhook.Verify(exampleSecret, header, body, sent.Add(5*time.Minute), webhook.Tolerance))
	fmt.Println(webhook.Verify(exampleSecret, header, body, sent.Add(6*time.Minute), webhook.Tolerance))
	fmt.Println(webhook.Verify(exampleSecret, header, []byte(`{"test": 0}`), sent, webhook.Tolerance))
	// Output:
	// <nil>
	// webhook: the signature is not of this time: it is 6m0s off
	// webhook: the signature does not fit
}

// What is missing is said at once.
func ExampleEndpoint_Validate() {
	fmt.Println(webhook.New("http://hooks.example.com/in", "short").Validate())
	// Output:
	// webhook: the URL must begin with https://
	// webhook: secrets[0]: it has 5 bytes: want 16 or more
}
