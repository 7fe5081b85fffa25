from time import perf_counter
from datetime import timedelta
from portal.booking.bands import day_of
from portal.booking.service.offers import free_times, Asker
from portal.extensions import db
from tests.booking.scene import *
def test_speed(clinic):
    one=1
    clinic.open_day(1, MONDAY, MONDAY+timedelta(days=200))
    for most in (120,):
        band=day_of("Europe/Paris",NOW)
        db.session.rollback()
        best=9
        for _ in range(30):
            t=perf_counter(); r=free_times(db.session(), Asker(("fr",),""), now=NOW, band=band, most=most); best=min(best,perf_counter()-t)
        print("BEST", len(r.times), best*1000, len(band.opens))
