"""Three people for whom the intake is walked through: what each says, section by section, as the form sends it."""

from dataclasses import dataclass

Said = dict[str, str | list[str]]


@dataclass(frozen=True)
class Person:
    """Somebody's answers, the language they are given in, and who gives them."""

    language: str
    who: dict[str, str]
    sections: dict[str, Said]


BOY = Person(
    "fr",
    {"respondent_role": "mother", "person": "minor", "guardian_authority": "yes", "adult_assent": "too_young"},
    {
        "person": {
            "given_name": "Adam",
            "birth_ym": "05/2019",
            "sex_at_birth": "male",
            "country": "MA",
            "timezone": "Africa/Casablanca",
            "other_languages": ["ar"],
            "height_cm": "112,5",
            "height_cm.date": "10/2026",
            "height_cm.method": "standing",
            "weight_kg": "20",
        },
        "diagnosis": {
            "dx_type": "dmd",
            "first_symptoms": ["frequent_falls", "big_calves"],
            "first_symptom_age": "3",
            "first_symptom_age.unit": "years",
            "dx_age": "5",
            "dx_age.unit": "years",
            "affected_relatives.0.relation": "aunt_uncle",
            "affected_relatives.0.side": "mother_side",
            "affected_relatives.0.status": "affected",
            "dx_basis": ["genetic_test", "ck_blood"],
        },
        "genetics": {
            "gen_report_status": "have_it",
            "gen_gene": "DMD",
            "gen_kind": "exon_deletion",
            "dmd_exon_from": "45",
            "dmd_exon_to": "50",
            "gen_text": "c.(6438+1_6439-1)_(7309+1_7310-1)del",
            "gen_lab_year": "Casablanca, 2024",
            "carrier_tested": "carrier",
        },
        "walking": {
            "walk_now": "walks_alone",
            "vignos": "2",
            "falls_week": "2_5",
            "rise_floor": "pushes_on_legs",
            "wheelchair": "never",
            "walk_start_age": "18",
            "walk_start_age.unit": "months",
            "stairs4": "one_rail",
            "timed_tests.0.test": "nsaa_0_34",
            "timed_tests.0.value": "24",
            "timed_tests.0.date": "2026",
        },
        "arms": {
            "good_things": "Il dessine des dinosaures et il fait rire tout le monde.",
            "brooke": "1",
            "fatigue": "some_days",
            "pain": "2",
            "learning": ["speech"],
        },
        "breathing": {"breath_signs": ["none"], "niv": "never", "fvc_pct": "92", "fvc_pct.date": "2026"},
        "heart": {"heart_known": ["none"], "heart_last_check": "10/2026", "heart_meds": ["none"]},
        "body": {"scoliosis": "not_diagnosed", "contractures": ["ankles"], "eating": ["no_problem"]},
        "treatments": {
            "steroids": "currently",
            "steroid_which": "deflazacort",
            "steroid_regimen": "daily",
            "dmt": ["none"],
            "physio": "weekly_or_more",
            "nm_centre": "CHU Ibn Rochd, Casablanca",
            "nm_centre_visit": "10/2026",
            "prior_cell": "no",
            "steroid_start_age": "6",
            "steroid_start_age.unit": "years",
            "other_meds.0.name": "Vitamine D",
        },
        "safety": {"red_flags": ["none"], "allergies.none": "true", "infection_now": ["none"], "cancer_ever": "no"},
        "wishes": {
            "hopes": "Comprendre ce qui nous attend.",
            "goals": ["understand_diagnosis", "cell_therapy_questions"],
            "told_expectation": ["walk_again"],
            "travel_ok": "yes",
            "interpreter": "no",
            "distress": "hard",
        },
    },
)
YOUTH = Person(
    "ar",
    {"respondent_role": "father", "person": "minor", "guardian_authority": "yes", "adult_assent": "yes"},
    {
        "person": {
            "given_name": "يوسف",
            "birth_ym": "٠٢/٢٠١٠",
            "sex_at_birth": "male",
            "country": "IQ",
            "timezone": "Asia/Baghdad",
        },
        "diagnosis": {
            "dx_type": "dmd",
            "first_symptoms": ["trouble_stairs"],
            "first_symptom_age": "4",
            "dx_age": "6",
            "affected_relatives.none": "true",
        },
        "genetics": {"gen_report_status": "done_no_copy", "gen_gene": "DMD", "gen_kind.state": "unknown"},
        "walking": {
            "walk_now": "no_longer_walks",
            "walk_lost_age": "11",
            "vignos": "9",
            "wheelchair": "currently",
            "wheelchair_freq": "full_time",
            "wheelchair_type": ["power"],
        },
        "arms": {
            "brooke": "5",
            "fatigue": "most_days",
            "daytime_sleep": "sometimes",
            "pain": "٣",
            "hand_use": ["use_phone"],
        },
        "breathing": {
            "breath_signs": ["weak_cough", "morning_headache"],
            "niv": "currently",
            "iv_trach": "never",
            "cough_assist": "currently",
            "niv_when": "night_and_some_day",
            "fvc_pct": "٢٨",
            "fvc_pct.date": "٢٠٢٦",
        },
        "heart": {
            "heart_known": ["cardiomyopathy"],
            "lvef": "42",
            "lvef.method": "echo",
            "heart_meds": ["ace_inhibitor"],
        },
        "body": {"scoliosis": "operated", "contractures": ["knees", "elbows"], "eating": ["slow", "needs_soft"]},
        "treatments": {
            "steroids": "previously",
            "steroid_which": "prednisolone",
            "dmt": ["none"],
            "prior_cell.state": "declined",
        },
        "safety": {"red_flags": ["none"], "allergies.0.substance": "البنسلين", "allergies.0.severity": "severe"},
        "wishes": {
            "goals": ["breathing_heart", "equipment"],
            "travel_ok": "hospital_advice_needed",
            "distress.state": "declined",
        },
    },
)
ADULT = Person(
    "tr",
    {"respondent_role": "self_adult", "person": "adult"},
    {
        "person": {
            "given_name": "Elif",
            "birth_ym": "1985",
            "sex_at_birth": "female",
            "country": "DE",
            "timezone": "Europe/Berlin",
        },
        "diagnosis": {"dx_type": "fshd", "first_symptoms": ["weak_face", "shoulder_blades"], "dx_age": "31"},
        "genetics": {
            "gen_report_status": "have_it",
            "gen_gene": "DUX4",
            "gen_kind": "repeat_contraction",
            "fshd_repeats": "5",
            "fshd_repeats.unit": "units",
            "fshd_haplotype": "a4",
        },
        "walking": {
            "walk_now": "walks_alone",
            "vignos": "3",
            "falls_week": "1",
            "rise_floor": "needs_furniture",
            "wheelchair": "never",
        },
        "arms": {"brooke": "3", "fatigue": "most_days", "face_weak": "yes", "pain": "5"},
        "breathing": {"breath_signs": ["none"], "niv": "never"},
        "heart": {"heart_known.state": "never"},
        "body": {"scoliosis.state": "unknown", "contractures": ["none"], "eating": ["no_problem"]},
        "treatments": {"steroids": "never", "physio": "sometimes", "prior_cell": "no"},
        "safety": {"red_flags": ["none"], "allergies.state": "unknown", "pregnancy": "no"},
        "wishes": {"hopes": "Kollarım için ne yapabilirim?", "goals": ["physio_nutrition"], "travel_ok": "yes"},
    },
)
PEOPLE = {"walking boy with Duchenne": BOY, "ventilated 17-year-old": YOUTH, "adult with FSHD alone": ADULT}
