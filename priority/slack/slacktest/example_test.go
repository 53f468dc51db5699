package slacktest_test

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// post posts a message with the client of a workspace, as any program would, and returns the
// response.
func post(w *slacktest.Workspace, arguments string) string {
	request, err := http.NewRequest(http.MethodPost, "https://slack.com/api/chat.postMessage", strings.NewReader(arguments))
	if err != nil {
		panic(err)
	}
	request.Header.Set("Authorization", "Bearer "+w.Token)
	request.Header.Set("Content-Type", "application/json")
	response, err := w.Client().Do(request)
	if err != nil {
		panic(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil {
		panic(err)
	}
	return string(body)
}

// A test posts to the workspace, and looks at the channel as a reader would.
func Example() {
	w := slacktest.New("xoxb-test", "#engineering")
	w.Now = func() time.Time { return time.Date(2026, 3, 4, 6, 18, 0, 0, time.UTC) }
	fmt.Println(post(w, `{"channel": "#engineering", "text": "The load has failed, <!here>"}`))

	head := w.Messages("engineering", "")[0]
	post(w, `{"channel": "#engineering", "text": "It is repaired.", "thread_ts": "`+head.TS+`"}`)
	fmt.Print(w.Show("engineering"))
	fmt.Println(head.Called, head.Edits, head.Reads(), w.Messages("engineering", head.TS)[0].ThreadTS == head.TS)
	// Output:
	// {"channel":"C0000001","message":{"text":"The load has failed, \u003c!here\u003e","ts":"1772605080.000001","type":"message"},"ok":true,"ts":"1772605080.000001"}
	// #engineering
	//
	// alwaysp1  06:18
	// │ The load has failed, @here
	//     alwaysp1  06:18
	//     │ It is repaired.
	// [here] 0 The load has failed, @here true
}

// Faults show how a program behaves on a bad day: here a response is lost although the message was
// posted.
func ExampleWorkspace() {
	w := slacktest.New("xoxb-test", "#engineering")
	w.Burst, w.Scopes = 2, nil
	w.Fault = func(n int, method string) slacktest.Fault {
		if n == 1 {
			return slacktest.Fault{Status: http.StatusBadGateway, Body: "bad gateway", After: true}
		}
		return slacktest.Fault{}
	}
	fmt.Println(post(w, `{"channel": "#engineering", "text": "first"}`))
	post(w, `{"channel": "#engineering", "text": "first"}`)
	fmt.Println(post(w, `{"channel": "#engineering", "text": "second"}`))

	messages := w.Messages("#engineering", "")
	fmt.Println(w.Calls(), len(messages))
	w.Delete("#engineering", messages[0].TS)
	fmt.Println(len(w.Messages("#engineering", "")))
	// Output:
	// bad gateway
	// {"error":"ratelimited","ok":false}
	// 3 2
	// 1
}

// Reads is what a reader sees. Text is what was posted.
func ExampleMessage() {
	w := slacktest.New("xoxb-test", "#engineering")
	post(w, `{"channel": "#engineering", "text": "See <https://status.example.com|the page>, <@U0ADA>"}`)
	message := w.Messages("#engineering", "")[0]
	fmt.Println(message.Text)
	fmt.Println(message.Reads(), message.Called)
	// Output:
	// See <https://status.example.com|the page>, <@U0ADA>
	// See the page <https://status.example.com>, @U0ADA [U0ADA]
}
