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

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority"
	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/webhook"
)

const exampleSecret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

// A sender signs each event, and a receiver verifies it before reading it.
func Example() {
	now := clock.NewMock()
	now.Set(time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC))
	server := httptest.NewTLSServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 2<<20))
		if err != nil || webhook.Verify(exampleSecret, r.Header, body, now.Now(), webhook.DefaultTolerance) != nil {
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

	report := new(priority.Classifier).Classify(priority.FromError("raw.orders", errors.New("extract exited 1"), now.Now())).Report()
	record := []incident.Entry{{Incident: "inc-1", Seq: 1, At: now.Now(), Kind: incident.EntryOpened, Assessment: &report}}
	state, err := incident.FromEntries(slices.Values(record))
	if err != nil {
		panic(err)
	}
	endpoint := webhook.New(server.URL, exampleSecret)
	endpoint.Client, endpoint.Clock = server.Client(), now // without a Clock, the machine's time
	receipt, err := endpoint.Announce(context.Background(), incident.Announcement{Incident: state, New: record, Attempt: 1})
	fmt.Println(receipt, err)
	// Output:
	// alwaysp1.incident.opened inc-1/20260304T061800000000000Z/1
	// P1 open · raw.orders: extract exited 1; the catalog does not know it, so it may reach a primary SLA
	// 1 <nil>
}

// A receiver tells the errors apart: a signature of another time may be one that is replayed, or
// its own clock may be wrong.
func ExampleVerify() {
	header := http.Header{}
	header.Set("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
	header.Set("webhook-timestamp", "1614265330")
	header.Set("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
	sent := time.Unix(1614265330, 0)

	for _, request := range []struct {
		body string
		at   time.Time
	}{
		{`{"test": 2432232314}`, sent.Add(5 * time.Minute)},
		{`{"test": 2432232314}`, sent.Add(6 * time.Minute)},
		{`{"test": 0}`, sent},
	} {
		err := webhook.Verify(exampleSecret, header, []byte(request.body), request.at, webhook.DefaultTolerance)
		switch {
		case errors.Is(err, webhook.ErrTimestamp):
			fmt.Println("401, and check the clock:", err)
		case errors.Is(err, webhook.ErrSignature):
			fmt.Println("401, and count it:", err)
		default:
			fmt.Println("204:", err)
		}
	}
	// Output:
	// 204: <nil>
	// 401, and check the clock: webhook: the signature is not of this time: it is 6m off
	// 401, and count it: webhook: the signature is not valid
}

// Two endpoints of one desk have a label each. A receiver identifies an event by its source and ID.
func ExampleEndpoint() {
	audit := webhook.New("https://audit.example.com/in", exampleSecret)
	audit.Label = "audit"
	audit.Source = "/data-infra/alwaysp1"
	audit.Timeout = 5 * time.Second
	fmt.Println(audit, audit.Validate())
	// Output: webhook:audit <nil>
}

// Validate returns everything that is missing.
func ExampleEndpoint_Validate() {
	fmt.Println(webhook.New("http://hooks.example.com/in", "short").Validate())
	// Output:
	// webhook: the URL must begin with https://
	// webhook: secrets[0]: it has 5 bytes: want 16 or more
}
