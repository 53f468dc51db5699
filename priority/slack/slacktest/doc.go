// Package slacktest is a Slack workspace in memory, for tests and demonstrations of what is posted
// to Slack. It behaves as Slack's Web API documents: it keeps channels, threads and edits, enforces
// Slack's limits and rates, and can show a channel as a reader would see it. Faults of the service
// and of the network can be injected.
//
// A [Workspace] is an http.Handler. Use its [Workspace.Client] in a test without a network, or
// serve it with [net/http/httptest.NewTLSServer]. It serves the methods chat.postMessage,
// chat.update, conversations.history, conversations.replies and conversations.list below /api/, and
// an incoming webhook below /services/. Where Slack's documentation is silent, the workspace is
// strict: a block with an unknown field is refused, for instance.
//
// The package depends on the standard library alone.
//
// # Compatibility
//
// The module is v0: names may still change.
package slacktest
