"""SIP: calls, trunks, dispatch rules and where a call is routed."""
