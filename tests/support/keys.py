"""A keyboard and nothing else: what cannot be reached by it, no test reaches."""

from playwright.sync_api import Locator, Page

MOST_STOPS = 200
HAS_FOCUS = "element => element === document.activeElement"


class Keys:
    """Goes through a page by its Tab stops, as a person does who uses no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def reach(self, wanted: Locator) -> None:
        """Tab on until it has the focus; fails where it never gets it."""
        for _stop in range(MOST_STOPS):
            if wanted.evaluate(HAS_FOCUS):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"no Tab stop at {wanted}")

    def press(self, wanted: Locator, key: str = "Enter") -> None:
        """Follow a link or press a button, and arrive where it leads."""
        self.reach(wanted)
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def type(self, field: Locator, text: str) -> None:
        """Fill an empty field."""
        self.reach(field)
        self.page.keyboard.insert_text(text)

    def tick(self, box: Locator) -> None:
        """Tick a box, or take the choice of a group at which Tab stops."""
        self.reach(box)
        if not box.is_checked():
            self.page.keyboard.press("Space")

    def choose(self, group: Locator, value: str) -> None:
        """One of a group of choices or of a list, with the arrow keys."""
        first = group.first
        if first.evaluate("element => element.type") == "radio":
            self._choose_radio(group, value)
            return
        self.reach(first)
        values = first.evaluate("element => [...element.options].map(option => option.value)")
        way = values.index(value) - values.index(first.input_value())
        for _step in range(abs(way)):
            self.page.keyboard.press("ArrowDown" if way > 0 else "ArrowUp")
        assert first.input_value() == value, f"the arrow keys lead to {first.input_value()!r}"

    def _choose_radio(self, group: Locator, value: str) -> None:
        marked = group.and_(self.page.locator(":checked"))
        stop = marked if marked.count() else group.first  # a group has one Tab stop
        self.reach(stop)
        self.page.keyboard.press("Space")
        for _step in range(group.count()):
            if group.and_(self.page.locator(":checked")).input_value() == value:
                return
            self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"the arrow keys do not lead to {value!r}")
