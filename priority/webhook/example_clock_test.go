package webhook_test

import (
	"fmt"
	"time"

	"github.com/benbjohnson/clock"

	"github.com/alwaysp1/alwaysp1/priority/webhook"
)

// In tests a mock clock dates the signatures.
func ExampleClock() {
	mock := clock.NewMock()
	mock.Set(time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC))
	endpoint := webhook.New("https://hooks.example.com/in", "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
	endpoint.Clock = mock
	fmt.Println(endpoint, endpoint.Clock.Now())
	// Output: webhook 2026-03-04 06:18:00 +0000 UTC
}
