"""The quota of requests to the API: counted by key, and forgotten if many others come."""

from app.security.accounts.quota import MOST_KEYS, Quota


def test_each_key_has_its_own() -> None:
    quota = Quota(2)
    assert [quota.take("a").requests for _ in range(3)] == [1, 0, -1]
    assert quota.take("b").requests == 1
    left = quota.take("a")
    assert (left.limit, left.requests) == (2, -2)
    assert 0 < left.seconds <= 60
    assert left.headers["RateLimit"].startswith('"default";r=0;t=')


def test_it_remembers_so_many() -> None:
    quota = Quota(1)
    assert quota.take("a").requests == 0
    assert quota.take("a").requests == -1
    for number in range(MOST_KEYS):
        quota.take(str(number))
    assert quota.take("a").requests == 0
