package slack

// An outcome is the meaning of one of Slack's error codes for a delivery.
type outcome int

const (
	unknown outcome = iota // a code that this package does not know: try again later
	passing                // try again later
	refused                // do not try again
	gone                   // the message does not exist, or is another app's: post another
	closed                 // messages may no longer be edited: continue in the thread
	unshown                // Slack does not accept these blocks: post text alone
)

// means returns the outcome of the codes of chat.postMessage, chat.update, conversations.history,
// conversations.replies and incoming webhooks.
func means(code string) outcome {
	switch code {
	case "ratelimited", "rate_limited", "message_limit_exceeded", "internal_error", "fatal_error",
		"service_unavailable", "request_timeout", "team_added_to_org", "org_login_required",
		"external_channel_migrating", "update_failed", "rollup_error":
		return passing
	case "message_not_found", "thread_not_found", "cant_update_message":
		return gone
	case "edit_window_closed":
		return closed
	case "invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long", "block_mismatch":
		return unshown
	case "not_authed", "invalid_auth", "invalid_token", "account_inactive", "token_revoked",
		"token_expired", "no_permission", "missing_scope", "not_allowed_token_type",
		"two_factor_setup_required", "team_access_not_granted", "team_not_found", "access_denied",
		"accesslimited", "ekm_access_denied", "enterprise_is_restricted", "deprecated_endpoint",
		"method_deprecated", "method_not_supported_for_channel_type", "channel_not_found",
		"not_in_channel", "is_archived", "is_inactive", "channel_is_archived", "restricted_action",
		"restricted_action_read_only_channel", "restricted_action_thread_only_channel",
		"restricted_action_non_threadable_channel", "posting_to_general_channel_denied",
		"action_prohibited", "user_not_found", "no_service", "no_team", "no_active_hooks",
		"msg_too_long", "no_text", "too_many_attachments", "too_many_contact_cards",
		"cannot_reply_to_message", "invalid_payload", "missing_text_or_fallback_or_attachments",
		"as_user_not_supported", "invalid_arguments", "invalid_arg_name", "invalid_array_arg",
		"invalid_charset", "invalid_form_data", "invalid_post_type", "missing_post_type",
		"invalid_cursor", "invalid_ts_latest", "invalid_ts_oldest", "metadata_too_large",
		"invalid_metadata_format", "invalid_metadata_schema", "metadata_must_be_sent_from_app":
		return refused
	}
	return unknown
}

// advice returns what to do about the codes that are met when an app is set up.
func advice(code string) string {
	switch code {
	case "not_in_channel":
		return ": invite the app to the channel"
	case "channel_not_found":
		return ": it does not exist, or it is private and the app was not invited"
	case "missing_scope":
		return ": give the app the scope and install it again"
	case "invalid_auth", "not_authed", "token_revoked", "token_expired", "account_inactive":
		return ": the token does not, or no longer, belong to an installed app"
	case "is_archived", "channel_is_archived":
		return ": the channel is archived"
	}
	return ""
}
