package slack

import (
	"fmt"
	"regexp"
	"strings"
)

// A receipt is what Slack holds about one incident. The desk keeps its text between deliveries:
//
//	C0123456789/1503435956.000247/5/4   the message shows entry 5, the thread holds entries up to 4
//
// A question mark at its end means that the response of a post was lost.
type receipt struct {
	channel string // its ID, as Slack returned it
	ts      string // the message's timestamp, which identifies it; empty if there is none yet
	shown   int    // the Seq of the entry after which the message shows the incident
	done    int    // the Seq of the last entry in the thread
	doubt   bool   // Slack may hold more than this
}

var (
	receiptForm = regexp.MustCompile(`^([A-Z0-9]{1,32})/(\d{1,16}\.\d{1,16})/(\d{1,9})/(\d{1,9})$`)
	channelForm = regexp.MustCompile(`^[CDG][A-Z0-9]{7,31}$`)
)

// parseReceipt reads a receipt's text. A text that is no receipt of this package counts as none, in
// doubt.
func parseReceipt(text string) (r receipt) {
	if text == "" {
		return r
	}
	whole, doubt := strings.CutSuffix(text, "?")
	parts := receiptForm.FindStringSubmatch(whole)
	if parts == nil {
		return receipt{doubt: true}
	}
	_, err := fmt.Sscan(parts[3]+" "+parts[4], &r.shown, &r.done)
	r.channel, r.ts, r.doubt = parts[1], parts[2], doubt || err != nil
	return r
}

func (r receipt) String() string {
	text := ""
	if r.ts != "" {
		text = fmt.Sprintf("%s/%s/%d/%d", r.channel, r.ts, r.shown, r.done)
	}
	if r.doubt {
		text += "?"
	}
	return text
}
