package slack_test

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/alwaysp1/alwaysp1/priority/incident"
	"github.com/alwaysp1/alwaysp1/priority/slack/slacktest"
)

// A note is shown whole where it has room in a block, and else up to it, with a link to the rest
// where there is one.
func TestANoteIsShownUpToTheRoomOfABlock(t *testing.T) {
	const room = 3000 - len(" the rest") - len("06:19 UTC") - len(" ") - len("Note by ada") - len(": ")
	for _, linked := range []bool{false, true} {
		for long, whole := range map[int]bool{room: true, room + 1: false} {
			w, c := direct()
			if linked {
				c.IncidentURL = incident.URLUnder("https://status.example.com/")
			}
			record := notes(t, 1, long)
			tell(t, c, record, 1, 2, tell(t, c, record, 1, 1, ""))
			thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
			text := thread[len(thread)-1].Reads()
			assert.Equal(t, whole, strings.Contains(text, strings.Repeat("x", room)))
			assert.Equal(t, !whole, strings.Contains(text, strings.Repeat("x", room-1)+"…"))
			assert.Equal(t, linked && !whole,
				strings.Contains(text, "the rest <https://status.example.com/inc-1>"))
		}
	}
}

// Instants are shown in each reader's own zone from 1970 on, for so long as years have four digits.
func TestAnInstantIsADateWhereSlackHasOne(t *testing.T) {
	for _, c := range []struct {
		at   time.Time
		date bool
	}{
		{time.Date(1970, 1, 1, 0, 0, 1, 0, time.UTC), true},
		{time.Date(1969, 12, 31, 23, 59, 59, 0, time.UTC), false},
		{time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC), true},
		{time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), false},
	} {
		w, channel := direct()
		a := announcement(t, story(t), 1, 1)
		a.Incident.Assessment.Due = c.at
		_, err := channel.Announce(t.Context(), a)
		require.NoError(t, err)
		blocks := string(w.Messages("#engineering", "")[0].Blocks)
		assert.Equal(t, c.date, strings.Contains(blocks, fmt.Sprintf(`"timestamp":%d,`, c.at.Unix())), c.at)
	}
}

// The text of a notification is cut too: it is shown whole up to 3,000 characters.
func TestTheTextOfANotificationIsCut(t *testing.T) {
	w, c := direct()
	record := notes(t, 10, 290)
	tell(t, c, record, 2, 11, tell(t, c, record, 1, 1, ""))
	thread := w.Messages("#engineering", w.Messages("#engineering", "")[0].TS)
	got := []rune(thread[1].Text)
	assert.Len(t, got, 3000)
	assert.Equal(t, "x…", string(got[2998:]))
}

func TestARetryAfterIsReadOfEveryLimit(t *testing.T) {
	for _, code := range []string{"ratelimited", "rate_limited", "message_limit_exceeded"} {
		w, c := direct()
		w.Fault = func(int, string) slacktest.Fault {
			return slacktest.Fault{Code: code, Header: http.Header{"Retry-After": {"12"}}}
		}
		_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
		assert.Equal(t, outcome{after: 12 * time.Second}, outcomeOf(err), code)
	}
	w, c := direct()
	w.Fault = func(int, string) slacktest.Fault {
		return slacktest.Fault{Code: "internal_error", Header: http.Header{"Retry-After": {"12"}}}
	}
	_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
	assert.Equal(t, outcome{}, outcomeOf(err), "only of a limit")
}

// What each code means: again some day, or never. An unknown one passes.
func TestEveryCodeMeansSomething(t *testing.T) {
	for _, c := range []struct {
		refused bool
		codes   string
	}{
		{false, `internal_error fatal_error service_unavailable request_timeout team_added_to_org org_login_required external_channel_migrating
			update_failed rollup_error something_new a1`},
		{true, `not_authed invalid_auth invalid_token account_inactive token_revoked token_expired no_permission missing_scope
			not_allowed_token_type two_factor_setup_required team_access_not_granted team_not_found access_denied accesslimited
			ekm_access_denied enterprise_is_restricted deprecated_endpoint method_deprecated method_not_supported_for_channel_type
			channel_not_found not_in_channel is_archived is_inactive channel_is_archived restricted_action
			restricted_action_read_only_channel restricted_action_thread_only_channel restricted_action_non_threadable_channel
			posting_to_general_channel_denied action_prohibited user_not_found no_service no_team no_active_hooks
			msg_too_long no_text too_many_attachments too_many_contact_cards cannot_reply_to_message invalid_payload
			missing_text_or_fallback_or_attachments as_user_not_supported invalid_arguments invalid_arg_name invalid_array_arg
			invalid_charset invalid_form_data invalid_post_type missing_post_type invalid_cursor invalid_ts_latest
			invalid_ts_oldest metadata_too_large invalid_metadata_format invalid_metadata_schema metadata_must_be_sent_from_app`},
	} {
		for code := range strings.FieldsSeq(c.codes) {
			for _, status := range []int{0, http.StatusBadRequest, http.StatusInternalServerError} {
				w, channel := direct()
				w.Fault = func(int, string) slacktest.Fault {
					return slacktest.Fault{Code: code,
						Status: status}
				}
				_, err := channel.Announce(t.Context(), announcement(t, story(t), 1, 1))
				refused := c.refused || status == http.StatusBadRequest
				assert.Equal(t, refused, errors.Is(err, incident.ErrPermanent), "%s, status %d: %v", code,
					status, err)
				assert.ErrorContains(t, err, code)
			}
		}
	}
	for _, code := range []string{"message_not_found", "thread_not_found", "cant_update_message",
		"invalid_blocks", "edit_window_closed"} {
		w, c := direct()
		w.Fault = func(int, string) slacktest.Fault { return slacktest.Fault{Code: code} }
		_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
		require.ErrorIs(t, err, incident.ErrPermanent, code)
	}
}

// What is met when an app is set up comes with what to do about it.
func TestAdviceIsGivenAsItIsRead(t *testing.T) {
	var b strings.Builder
	for _, code := range []string{
		"not_in_channel", "channel_not_found", "missing_scope", "invalid_auth", "not_authed", "token_revoked",
		"token_expired", "account_inactive",
		"is_archived", "channel_is_archived", "msg_too_long", "", "Not A Code", "x", "x1",
	} {
		s, c := scripted("C0000001", nil)
		s.answers["chat.postMessage"] = always(`{"ok":false,"error":"` + code +
			`","needed":"chat:write,channels:read"}`)
		_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
		require.Error(t, err)
		fmt.Fprintln(&b, err)
	}
	s, c := scripted("C0000001", nil)
	s.answers["chat.postMessage"] = always(`{"ok":false,"error":"missing_scope","needed":"<b>"}`)
	_, err := c.Announce(t.Context(), announcement(t, story(t), 1, 1))
	require.Error(t, err)
	fmt.Fprintln(&b, err)
	golden(t, "advice.txt", b.String())
}

// A receipt of something else is doubt, and so is one whose numbers are none.
func TestAReceiptThatIsNoneIsDoubt(t *testing.T) {
	for receipt, looked := range map[string]bool{
		"": false, "C0000001/1.1/1/1": false, "C0000001/1.1/1/1?": false, "?": true, "nonsense": true,
		"C0000001/1.1/1": true, "c1/1.1/1/1": true,
		"C0000001/1.1/1234567890/1": true,
	} {
		s, c := scripted("C0000001", nil)
		s.answers["conversations.history"] = always(nothing(""))
		s.answers["conversations.replies"] = always(nothing(""))
		a := announcement(t, story(t), 1, 2)
		a.Receipt = receipt
		_, err := c.Announce(t.Context(), a)
		require.NoError(t, err)
		assert.Equal(t, looked, s.asked[0] == "conversations.history", "%q: %v", receipt, s.asked)
		assert.Equal(t, strings.HasSuffix(receipt, "1?"), s.asked[0] == "conversations.replies", "%q: %v",
			receipt, s.asked)
	}
}
