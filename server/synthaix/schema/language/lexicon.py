"""What column names mean: the words that end them and what those say about the type."""

from __future__ import annotations

from synthaix.schema.language.text import vocabulary

# Words that end a name, by the type they suggest.
MONEY = vocabulary(
    "sum ask amount price limit pay gdp cost costs fee fees salary wage wages income revenue revenues profit loss "
    "balance budget total subtotal tax vat tip tips fare rent deposit premium payout bonus bonuses commission "
    "discount charge charges payment spend spending expense expenses turnover mrr arr ltv debt credit refund "
    "interest penalty fine fines toll tuition valuation worth earnings cash allowance payable royalty royalties "
    "grant donation bid offer margin shipping surcharge msrp montant importe betrag precio prix preis prezzo preco "
    "coste costo coût cout gehalt salario salaire sueldo mortgage instalment installment contribution funding owed "
    "cogs ebitda gmv aov arpu cpc cpm cpa due paid tariff equity principal outstanding proceeds savings winnings "
    "prize bet stake wager pledged raised match compensation reimbursement settlement gross net value excess "
    "deductible copay sales takings discounts prices rents subsidy stipend surplus quote ransom overdraft amt bal "
    "px arrears deductions deduction ctc tva iva alimony pension bounty kickback reserve reserves capex opex nav "
    "notional collateral backpay markup markdown rebate cashback float vouchers payoff strike asking freight "
    "duties levy postage stipends gratuity severance "
)
MEASURES = vocabulary(
    "windspeed airspeed groundspeed oxygen bod cod tss tds richness abundance diversity weight height width length "
    "depth diameter radius area volume distance speed velocity temperature temp humidity pressure latitude lat "
    "longitude lon lng long altitude voltage current power energy frequency mass density intensity angle magnitude "
    "acceleration force torque rainfall precipitation snowfall wind consumption emissions concentration salinity "
    "turbidity acidity ph bmi gpa rate ratio percentage percent pct share probability confidence multiplier factor "
    "coefficient index declination ascension bearing exposure ozone co co2 so2 no2 pm25 pm10 pm2 pm1 o2 ndvi dose "
    "dosage size surface ctr roi apr apy irr yield efficiency score accuracy precision recall similarity usage "
    "load output flow level duration latency reading measurement average mean median variance deviation std sd "
    "delta change difference gap drift offset elasticity odds hba1c glucose cholesterol creatinine hemoglobin "
    "haemoglobin thickness perimeter circumference slope gradient brightness luminosity redshift parallax ltv "
    "moisture co2e evaporation uv irradiance conductivity alkalinity measure discharge runoff luminance resistance "
    "capacitance viscosity strength hardness conversion churn growth utilisation utilization occupancy completion "
    "low high mpg tonnage vibration noise dew lux eccentricity inclination obliquity bicarbonate lactate sodium "
    "potassium chloride calcium haematocrit hematocrit albumin bilirubin urea triglycerides hdl ldl insulin "
    "protein proteins fat fats carbs carbohydrates fibre fiber sugar salt starch sentiment polarity subjectivity "
    "celsius fahrenheit kelvin knots loss rmse mae auc f1 loglik spread stiffness elongation torsion strain stress "
    "girth wingspan span draught draft beam freeboard displacement catch overlap purity solubility abv ibu nitrate "
    "nitrates phosphate phosphates chlorine ammonia methane benzene hectares acreage footprint yaw pitch "
    "insolation albedo transmittance absorbance reflectance attenuation gain snr rssi rsrp sinr bandwidth "
    "throughput jitter bitrate x y z vx vy vz ax ay az dx dy dz coord northing easting gravity quantile zscore "
    "beta alpha gamma theta rho lambda sharpe drawdown volatility magnification zoom aperture calibre caliber "
    "wheelbase spo2 bsa egfr hrv vo2 vo2max turnaround wear oee "
)
COUNTS = vocabulary(
    "staff traffic systolic diastolic pt count quantity qty cantidad anzahl menge quantite quantita quantidade "
    "alter edad âge eta idade age year years pages rooms bedrooms bathrooms floors storeys stories floor reach "
    "volume population followers following views clicks impressions likes shares retweets hits visits visitors "
    "sessions streams plays downloads installs retries attempts stock inventory seats capacity passengers children "
    "dependents siblings goals assists points wins losses draws rank ranking position rounds laps minutes seconds "
    "hours days weeks months doors cylinders horsepower mileage odometer kilometers kilometres miles pulse steps "
    "calories bytes bits size_bytes port priority_number refills doses units pieces pupils students employees "
    "headcount attendees guests participants workers vacancies openings tokens votes turnout heartbeat bpm rpm "
    "battery lines commits stars forks issues errors warnings failures requests responses packets hops ttl pid uid "
    "gid sequence version_number duration_ms elevation depth_chart heading stops transfers nights adults kids beds "
    "parking spaces rating aqi refunds returns orders items tracks episodes seasons chapters words characters "
    "photos images videos attachments comments_count replies reposts bookmarks upvotes downvotes subscribers "
    "members players num number_of tenure experience seniority threshold on_hand point grade_level score_home "
    "score_away temperature_setpoint spins kills deaths lap overs runs wickets corners fouls cards saves tackles "
    "rebounds steals blocks caps appearances eggs litters offspring cows sheep acres_count trees plants hives legs "
    "wheels axles gears crew berths decks containers pallets boxes cartons bags bottles copies editions partition "
    "severity_score epoch iteration batch_size nodes cores threads cpus gpus ram queries rows shards partitions "
    "kcal calorie strokes pints puppies kittens chicks bikes vehicles tickets tables chairs ball dice roll "
    "awakenings sets reps goals_for footfall headcounts minute hour second week attendance waitlist waitlisted "
    "waiting spectators pax backlog occupants residents inhabitants households dwellings deputies mentions inserts "
    "deletes crashes incidents defects scraps rejects frame block nonce gas slots slot generation streak xp hp mp "
    "exp mana gold coins gems lives ammo armor armour ppg megapixels dpi fps populations cc vei till firsts "
    "arrests casualties fatalities survivors victims suspects beneficiaries recipients "
)
TEXTS = vocabulary(
    "description notes note remarks remark comment comments message body content text bio biography summary "
    "abstract review feedback instructions directions rules complaint explanation reason_text details detail "
    "narrative transcript caption lyrics story excerpt observation observations history essay paragraph prompt "
    "question answer response_text ingredients recipe requirements agenda minutes_text overview introduction "
    "conclusion testimonial quotation memo synopsis plot symptoms findings recommendation recommendations "
    "justification specification specifications terms conditions disclaimer readme changelog snippet resolution "
    "steps motivation rationale opinion advice poem obituary blurb backstory storyline premise greeting dedication "
    "inscription hint hints clue lesson brief argument evidence testimony allegation allegations clause hypothesis "
    "methodology changes proposal postmortem prognosis "
)
STRINGS = vocabulary(
    "website homepage webpage id name number no code status type category title gender sex country city state "
    "street address email phone currency brand model color colour genre language department role position "
    "occupation company supplier vendor merchant customer client user username host hostname url uri path domain "
    "browser os device platform source destination origin carrier method channel plan tier segment region zone "
    "district sku barcode isbn vin iban plate make manufacturer product item service team club league sport result "
    "outcome severity priority level_name stage phase grade class subject course major school university hospital "
    "doctor nurse patient diagnosis treatment procedure medication drug species breed variety crop field station "
    "line route vessel airline airport gate seat terminal hotel room currency_code timezone locale slug handle "
    "hash token key secret password signature reference ref tag tags label keyword topic theme format unit version "
    "build branch environment cluster pod container image namespace author artist album director publisher editor "
    "studio actor judge lawyer attorney court agent broker landlord tenant owner operator driver rider pilot "
    "captain manager supervisor instructor teacher coach player centre center band bracket group restriction "
    "holder reason basis cause shape pattern material texture finish kind mode policy plant allergen sponsor "
    "advisor allergy county postcode zip province town village prize award trial condition team1 team2 layer "
    "trench fixture pump engine tower wing ward shelf aisle bay rack bin wharf berth dock pier runway taxiway lane "
    "attribute setting property parameter element chemical compound gene allele strain genus family phylum taxon "
    "reviewer approver assignee reporter requester submitter sender recipient payer payee donor backer beneficiary "
    "witness guardian parent spouse tutor mentor trainer caller callee dispatcher inspector auditor referee umpire "
    "translator interpreter narrator composer conductor dish meal cuisine ingredient garnish liqueur spirit glass "
    "wine grape appellation vineyard winery brewery roast roaster fabric weave dye thread motif badge crest emblem "
    "mascot motto slogan nickname alias pseudonym moniker mounting socket shoe chassis trim drivetrain bodywork "
    "msisdn imei imsi iccid esn meid cas orcid doi issn ssn tin ein nino pesel curp cpf rut nif mrn npi icd cpt "
    "snomed loinc wallet rsid chromosome gantry plaza anchorage harbour harbor marina weather cover mood tone "
    "voice instrument chord "
)
DATES = vocabulary(
    "doj dod dol renewal date fecha datum geburtsdatum data_de dob birthday birthdate birth deadline expiry "
    "expiration due expires anniversary day hired joined enrolled founded checkup matures maturity canonised "
    "overhaul "
)
TIMESTAMPS = vocabulary("timestamp datetime timestamps ts eta etd fechahora zeitstempel horodatage")
BOOLEANS = vocabulary(
    "active enabled disabled verified approved rejected deleted archived published completed cancelled canceled "
    "paid unpaid refunded shipped delivered returned resolved closed subscribed vaccinated insured employed "
    "married smoker fraud fraudulent churned churn converted default defaulted explicit organic furnished remote "
    "premium vip featured available discontinued taxable billable recurring required mandatory optional visible "
    "hidden public private locked blocked banned flagged spam anonymous authenticated encrypted successful success "
    "failed passed present absent late overdue overtime weekend holiday domestic international urgent critical "
    "pregnant diabetic neutered spayed adopted sold reserved booked confirmed attended won lost alive deceased "
    "dead retired renovated renewable recyclable biodegradable sterile calibrated online offline connected "
    "charging overload overloaded deferred dispensed treated monitored preferred cooperative shortlisted living "
    "gift signed opened clicked bounced unsubscribed abnormal certified licensed accredited registered graduated "
    "promoted terminated exempt hazardous fragile perishable refrigerated frozen tested infected contagious "
    "hospitalized hospitalised recovered injured fatal watched favorite favourite liked saved read unread answered "
    "escalated reopened accepted waterproof wireless vegan vegetarian halal kosher spicy seasonal accessible "
    "pets_allowed garage pool garden balcony elevator lift basement fireplace heating automatic manual_override "
    "electric hybrid armed occupied anomaly anomalous outlier suspicious malicious valid invalid eligible "
    "qualified exported imported synced processed handled reviewed audited compliant tracked trackable fertile "
    "harvested irrigated rehearsed sober winner finished disqualified doping edible poisonous venomous endangered "
    "extinct protected invasive native migratory pedigree microchipped chipped repaid settled disputed contested "
    "appealed whitelisted blacklisted cached retried landed consent dnd friendly safe joint stackable rehomed "
    "pooled incumbent taken shared wheelchair ok afloat stranded ventilated intubated lactating breastfeeding "
    "retweeted pinned starred muted unlocked consented adjourned upheld stolen notarised notarized waived exempted "
    "sponsored boosted bankrupt insolvent dormant "
)
# Adjectives and participles that make a boolean of the noun after them.
BOOLEAN_FIRST = vocabulary(
    "is has was are were have had can could should will would did does do needs allows accepts supports includes "
    "contains requires wants lives sells owns speaks drives "
)


# "X number" that counts or positions instead of identifying.
ORDINAL_NUMBERS = vocabulary(
    "floor shirt jersey lap page line sequence row seat week day month episode season chapter round week_day "
    "attempt version step stop house bib lane race iteration trial period quarter verse turn "
)

TEXT_TRUE_FALSE = frozenset({"flag", "indicator"})

TIME_EVENTS_DATE_ONLY = vocabulary(
    "lease contract project subscription campaign employment policy term warranty semester membership trial "
    "tenancy coverage engagement course holiday season valid period rental program programme "
)
SPAN_NOUNS = vocabulary(
    "chip gun playing cook cooking prep preparation processing response wait waiting travel running run execution "
    "build load loading render total service handling cycle lead setup recovery delivery_lead turnaround "
    "resolution compile think idle screen watch talk hold call ring uptime downtime finish finishing lap reaction "
    "taken commute drying baking brewing curing rest resting boot query round_trip transit dwell trip flight "
    "boarding charging sleep sleeping "
)
CLOCK_NOUNS = vocabulary(
    "opening closing open close opens closes wake bed start_of_day sunrise sunset curfew alarm prayer "
    "check_in_from high_tide low_tide "
)

# Words with a meaning of their own inside a name.
NOT_PARTICIPLES = vocabulary(
    "speed seed feed bed breed need weed deed reed shed bid id red hundred kindred media infrared wed sled bleed "
    "creed greed steed embed centred naked "
)
IRREGULAR_PARTICIPLES = vocabulary(
    "ridden cast shown blown thrown worn sent won lost made sold spent caught shot eaten written read drunk taken "
    "given driven flown run born built bought "
)
YES_ADJECTIVES = vocabulary("verified auto free repeat opt adverse gift premium paperless two_factor remote recurring ")
PREPOSITIONS = vocabulary(
    "of for de du der des di da del per against by before after in from with without on at relative under over "
    "since until compared above below "
)
# Participles that end a name and add nothing to what it counts or measures: "violations found", "amount due".
AFTERTHOUGHTS = vocabulary(
    "due owed paid received spent earned sold found watched reached completed remaining used requested approved "
    "withheld collected charged billed deducted refunded donated raised pledged invested travelled traveled taken "
    "held ordered picked shipped returned issued applied booked produced driven consumed "
)
EDGES = vocabulary("created updated modified started ended")
"""Participles that stand for a moment, not for yes or no."""
DATED_ON = vocabulary(
    "sat taken done met won lost given shot written begun broken stolen cut flown grown opens closes starts ends "
    "begins due sent born built made paid seen held sold left expires "
)
ROUTINE = vocabulary(
    "registration sale contact treatment delivery audit visit renewal inspection service checkup purchase order "
    "payment update review donation appointment maintenance calibration counted updated login vaccination backup "
    "change modified sync serviced cleaned used active donated restocked inspected check "
)
"""What has a last and a next time."""
RECORDED = vocabulary("login update updated backup sync modified active used change")
"""Routine that machines record to the second."""
EFFECTIVE = vocabulary("valid effective active employed member available customer licensed")
GAUGES = vocabulary("battery water noise sound fuel oxygen sea tank charge glucose ph signal sugar light ink ")
"""What has a level that is measured."""
WHOLE_SCORES = vocabulary(
    "credit fico exam test home away final game quiz apgar nps health satisfaction lead energy risk pain frailty "
    "stress anxiety depression priority phq phq9 gad gad7 likert "
)
NETWORK = vocabulary("source src dst server tcp udp listen local remote")
EXTREMES = vocabulary("min max minimum maximum from to low high avg mean")
AVERAGES = vocabulary("avg average mean median")
PLURAL_STRINGS = vocabulary(
    "eyes measures inventors composers performers artists speakers contributors editors hosts creators parents "
    "names ids codes types emails titles numbers authors directors actors founders writers producers address "
    "status gender class business series species process access hours analysis basis diagnosis radius gps bus "
    "campus canvas boss press glass grass virus corpus census bonus focus menus tags skills allergies ingredients "
    "languages interests hobbies features amenities keywords topics labels roles permissions symptoms conditions "
    "medications materials colors colours genres categories toppings teams news sales sports electronics physics "
    "mathematics maths economics needs effects benefits contraindications grades moves hashtags themes allergens "
    "preferences restrictions requirements instruments accessories options brands cuisines ailments diseases "
    "injuries hazards risks goals_text objectives responsibilities qualifications certifications achievements "
    "awards honours honors pronouns nationalities countries cities regions sectors industries markets subjects "
    "courses_taken modules sources destinations specialties specialities aliases nicknames synonyms traits habits "
    "flavors flavours scents aromas ratings_text techniques methods tools technologies frameworks platforms "
    "channels formats styles moods occasions uses applications indications precautions reactions complications "
    "diagnoses treatments medicines procedures remarks references links urls tactics strengths weaknesses "
    "ingredients_list dietaries extras works surname mains economics_class thesis synopsis initials coordinates "
    "gps_coordinates surroundings premises credentials hours_text apparatus cause_s lens chassis axis iris atlas "
    "alias caucus sis plus yes weekends weekdays lines products requests holidays toys pets diets signs swatches "
    "shades finishes fabrics weaves stays chaos ethos pathos bias oasis crisis synthesis emphasis apis usernames "
    "handles tens patterns plates prizes spices herbs phrases idioms verses lyrics dates moments periods locations "
    "addresses domains websites sites hostnames ips strategies policies schemes motives causes reasons excuses "
    "aims outcomes tastes textures gods saints symbols crests "
)
"""Plurals that list words, and words that only look like plurals."""

# "X left", "X waiting", "X held": what is left over, not a state.
REMNANTS = vocabulary(
    "left waiting held remaining outstanding spent elapsed overdue late early ahead behind missed used produced "
    "made sold given played won lost drawn served earned burned burnt consumed worked slept flown driven walked "
    "lived "
)
WHOLE_UNITS = vocabulary("minutes seconds days weeks months years nights quarters")
MEASURED_UNITS = vocabulary(
    "kwh mwh gb mb tb kb kg km miles litres liters gallons tonnes hours acres hectares watts units_kwh "
)
ALLOWED = vocabulary(
    "allowed permitted accepted included required needed provided welcome enabled available supported "
)
SIZED_GROUPS = vocabulary(
    "pack carton case crew party team class family household group batch fleet squad audience staff herd flock "
    "litter brood clutch cast cohort sample population page board committee panel crowd unit "
)
SIZED_BY_NAME = vocabulary("shirt sensor dress ring bra glove hat jersey uniform paper cup serving drink ")
"""What comes in sizes with names: S, M, L."""
FIELDS_OF_WORK = vocabulary(
    "product postcode subject service business practice research catchment therapeutic functional "
)
"""What has an area that is no surface."""
POINTED = vocabulary("scheduled booked planned due reserved slated set")
"""Participles of which "for" tells the moment: "booked for"."""
STEPS = vocabulary("clock gate punch kick take sign log time ring lift touch roll tap badge scan drop cut ")
"""What has an in, an out or an off that is a moment: "clock in", "kick off"."""
HAPPENS = vocabulary(
    "departs arrives leaves lands boards docks sails begins starts finishes arrival departure takeoff kickoff "
)
"""Moments that stand for themselves."""
STEPPED = vocabulary("score dose level rating grade severity satisfaction scale stage")
"""What is given in whole steps where its bounds are whole numbers: "score 1-5"."""
PLAIN_UNITS = vocabulary("m2 sqm km kg kwh ml cm mm mph kmh mbps ppm")
"""Units that are a column's whole name."""
SITES = vocabulary(
    "sampling collection access entry meeting measuring measurement delivery pickup drop viewing contact focal "
)
"""What has a point that is a place."""
SWITCHED = vocabulary(
    "alarm power light lights heating lamp engine switched turned notifications camera mic add hands "
)
"""What is on or off: "alarm on" is yes or no, "renews on" a date."""
SPANNED = vocabulary("week month period quarter year fortnight")
PERIODS = vocabulary("orbital rotation pulse pulsation wave swing sidereal synodic oscillation half_life ")
