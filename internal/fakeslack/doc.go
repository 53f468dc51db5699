// Package fakeslack is a Slack workspace in memory that behaves as Slack's Web API documents: it keeps channels, threads and edits,
// holds messages to Slack's limits, limits the rate, and can print a channel as a reader would see it.
//
// A [Workspace] is an http.Handler, to be served by [net/http/httptest.NewTLSServer]: the methods below /api/, and an incoming webhook below /services/.
// What is not documented is as strict as it could be: a block with a field that Slack does not know is refused.
package fakeslack
