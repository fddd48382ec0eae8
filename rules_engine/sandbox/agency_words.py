"""The names and texts of the made-up agency: data only, so that `agency` can be read as what it does.

Every name is invented; mail addresses and sites are under `.example`, telephone numbers are from the range that is
kept for drama.
"""

from __future__ import annotations

MEMBERS = (
    # name, local part of the mail address, role
    ("Ada Byron", "ada", "owner"),
    ("Cai Morgan", "cai", "director"),
    ("Grace Okafor", "grace", "account manager"),
    ("Tom Whitfield", "tom", "developer"),
    ("Priya Nair", "priya", "designer"),
    ("Leo Martins", "leo", "designer"),
    ("Hannah Brandt", "hannah", "copywriter"),
    ("Yusuf Demir", "yusuf", "developer"),
)
REPS = ("Ada Byron", "Cai Morgan", "Grace Okafor")

CREWS = {
    "Design": ("Priya Nair", "Leo Martins"),
    "Copy": ("Hannah Brandt",),
    "Build": ("Tom Whitfield", "Yusuf Demir"),
    "Launch": ("Grace Okafor", "Tom Whitfield"),
}

CLIENTS = (
    # name, site, project type, retainer hours, how far it has come (0 to 1)
    ("Fernhill Bakery", "fernhill-bakery.example", "website", None, 0.35),
    ("Harbour & Sons Solicitors", "harbour-sons.example", "retainer", 40, 0.6),
    ("Northgate Dental", "northgate-dental.example", "retainer", 20, 0.5),
    ("Lumen Yoga", "lumen-yoga.example", "website", None, 0.85),
    ("Oakridge Estates", "oakridge-estates.example", "retainer", 60, 0.45),
    ("Pico Coffee Roasters", "pico-coffee.example", "branding", None, 0.1),
    ("Tidewater Sailing Club", "tidewater-sailing.example", "retainer", 16, 0.7),
    ("Brightside Nursery", "brightside-nursery.example", "website", None, 0.25),
)

INTERNAL = (
    # name, description, task list, tasks
    (
        "Sales",
        "Leads, proposals and who calls whom",
        "Pipeline",
        (
            "Update the proposal template",
            "Collect case study quotes",
            "Plan the spring mailing",
            "Review pricing for small sites",
            "Follow up the trade fair cards",
            "Agree targets for next quarter",
        ),
    ),
    (
        "Onboarding",
        "The first two weeks with a new client",
        "Welcome",
        (
            "Write the welcome pack",
            "Check the access request form",
            "Record the kick-off agenda",
            "Set up the shared drive template",
            "Ask last clients how it went",
            "Tidy the questionnaire",
        ),
    ),
    (
        "Account",
        "Looking after those who stay",
        "Care",
        (
            "Prepare the quarterly reviews",
            "Check renewal dates",
            "Thank Harbour & Sons for the referral",
            "Draft the satisfaction survey",
            "List clients without a visit this year",
            "Plan retainers for the summer",
        ),
    ),
    (
        "Operations",
        "What keeps the agency running",
        "Office",
        (
            "Renew the software licences",
            "Test the backups",
            "Book the team day",
            "Update the leave policy",
            "Clean up old time entries",
            "Compare hosting offers",
        ),
    ),
)

ARCHIVED = ("Old Mill Brewery", "old-mill-brewery.example", "website")

TASKS = {
    "Design": ("Moodboard", "Homepage wireframes", "Style tile", "Mobile layouts", "Icon set"),
    "Copy": ("Tone of voice", "Homepage copy", "Service pages copy", "Meta descriptions"),
    "Build": ("Set up the staging site", "Page templates", "Contact form", "Cookie banner", "Speed check"),
    "Launch": ("Redirect map", "Go live"),
}

LEADS = (
    # company, contact, source
    ("Alder & Finch Interiors", "Megan Finch", "Referral"),
    ("Bluebell Florists", "Owen Pryce", "Website"),
    ("Cartwright Joinery", "Sam Cartwright", "Trade fair"),
    ("Dovetail Catering", "Aisha Rahman", "Referral"),
    ("Eastgate Physiotherapy", "Callum Reid", "Website"),
    ("Foxglove Skincare", "Nina Petrova", "Social media"),
    ("Greenlane Cycles", "Piotr Nowak", "Website"),
    ("Hartwell Veterinary", "Joanna Hartwell", "Referral"),
    ("Ivy Lane Books", "Daniel Osei", "Newsletter"),
    ("Juniper Gin Works", "Beth Sinclair", "Trade fair"),
    ("Kestrel Outdoor", "Rhys Bevan", "Website"),
    ("Larkspur Weddings", "Emily Stone", "Social media"),
    ("Maple Street Clinic", "Farah Siddiqui", "Website"),
    ("Nightingale Care Homes", "Patrick Doyle", "Referral"),
    ("Orchard Vale Cider", "Lucy Orchard", "Newsletter"),
    ("Pembury Architects", "Victor Almeida", "Referral"),
    ("Quayside Fish Kitchen", "Marta Silva", "Website"),
    ("Rowan Tree School", "Helen Marsh", "Trade fair"),
    ("Silverline Taxis", "Imran Chaudhry", "Website"),
    ("Thistle Knitwear", "Fiona Baird", "Social media"),
    ("Upland Solar", "George Tanner", "Referral"),
    ("Vale Accountancy", "Ruth Coleman", "Website"),
    ("Willow Brook Spa", "Chloe Adams", "Newsletter"),
    ("Yarrow Herbal", "Simon Yates", "Website"),
    ("Zenith Climbing", "Katya Ivanova", "Social media"),
    ("Amberley Hotel", "Robert Amberley", "Referral"),
    ("Beacon Lettings", "Sophie Turner", "Website"),
    ("Copperfield Antiques", "Edward Nunn", "Trade fair"),
    ("Driftwood Surf School", "Jack Penrose", "Social media"),
    ("Elmfield Garden Centre", "Wendy Clarke", "Referral"),
)

LEAD_TAGS = {
    "First Contact Made": (),
    "Proposal Wanted": ("Create Proposal",),
    "Proposal Sent": ("Proposal Sent",),
    "Chaser": ("Chaser Sent",),
    "Needs Closing": ("Deliberating",),
    "Closed": ("Won",),
    "Dead Leads": (),
    "No Response": ("Stuck",),
}

NOTES = (
    # title, days ago, text, action items
    (
        "Kick-off",
        41,
        "We met {contact} and went through goals, audience and the list of pages. The logo files are to come.",
        ("Send the project plan", "Ask for the logo files"),
    ),
    (
        "Weekly call",
        6,
        "Went through the open tasks. {client} likes the direction; the next call is in a week.",
        ("Share the latest layouts",),
    ),
)

HOLIDAYS = (
    # member, starts in so many days, lasts so many days, type, status
    ("Priya Nair", 3, 5, "holiday", "approved"),
    ("Tom Whitfield", 10, 10, "holiday", "approved"),
    ("Hannah Brandt", -20, 5, "holiday", "approved"),
    ("Grace Okafor", 24, 3, "holiday", "pending"),
    ("Leo Martins", 17, 1, "appointment", "pending"),
    ("Ada Byron", 30, 7, "holiday", "pending"),
    ("Yusuf Demir", 8, 2, "holiday", "declined"),
    ("Ada Byron", -60, 4, "holiday", "approved"),
)
