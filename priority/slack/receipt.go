package slack

import (
	"fmt"
	"regexp"
	"strings"
)

// A receipt says what stands in Slack about one incident. Its text is kept by the desk between deliveries:
//
//	C0123456789/1503435956.000247/5/4   the message, which shows entry 5, and its thread, which holds the entries up to 4
//
// A question mark at its end says that a post was tried whose answer nobody has seen.
type receipt struct {
	channel string // its ID, as Slack answered it
	ts      string // the message's timestamp, which names it; empty: there is none yet
	shown   int    // the Seq of the entry after which the message shows the incident
	done    int    // the Seq of the last entry in the thread
	doubt   bool   // something more may stand there
}

var (
	receiptForm = regexp.MustCompile(`^([A-Z0-9]{1,32})/(\d{1,16}\.\d{1,16})/(\d{1,9})/(\d{1,9})$`)
	channelForm = regexp.MustCompile(`^[CDG][A-Z0-9]{7,31}$`)
)

// parseReceipt reads a receipt's text. What is no receipt of this package counts as none, in doubt.
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
