"""The page of one's own account says what one may do here, and until when."""

from datetime import timedelta

from admission.ground import clock
from admission.people.roles import Role
from admission.people.rules import end_of
from admission.web.account.keeping import HOME, home_of
from admission.web.page import day
from tests import factories
from tests.people.cast import member_of_staff
from tests.web.browser import page, title
from tests.web.test_matrix import holder


def test_each_role_begins_on_a_page_that_it_may_open(browser):
    factories.publish()
    for role in HOME:
        account = holder(role)
        answer = browser.signs_in(account).get(home_of(account))
        assert answer.status_code == 200, role


def test_an_external_reviewer_reads_until_when_and_that_there_is_nothing_to_do(browser):
    last = clock.today() + timedelta(days=30)
    hanne = member_of_staff("Hanne Isfort", Role.EXTERNAL_REVIEWER, until=end_of(last))
    answer = browser.signs_in(hanne).get(home_of(hanne))

    assert title(answer) == "Ihr Zugang"
    with browser.application.test_request_context("/"):
        said = day(last).replace("\u00a0", " ")
    assert said in page(answer)
    assert "hier ist für Sie nichts zu tun" in page(answer)


def test_a_lent_role_ends_by_itself(browser):
    hanne = member_of_staff("Hanne Isfort", Role.EXTERNAL_REVIEWER, until=clock.now() + timedelta(minutes=20))
    browser.signs_in(hanne)
    with clock.at(clock.now() + timedelta(minutes=21)):
        assert browser.get("/konto").status_code == 403
