

def test_that_a_listener_that_fails_neither_hides_the_commit_nor_silences_the_others(
    caplog: pytest.LogCaptureFixture,
) -> None:
    feed, heard = ChangeFeed(), []

    def broken(topics: frozenset[Topic]) -> None:
        raise RuntimeError("the page is gone")

    feed.subscribe(broken)
    feed.subscribe(heard.append)
    feed.publish(frozenset({Topic.STOCK}))
    assert heard == [frozenset({Topic.STOCK})]
    assert "a listener failed after a commit" in caplog.text
