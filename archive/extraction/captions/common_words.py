"""
Words of six languages that are also names of towns, without accents and capitals.

Alone they are no town, whatever stands before them ("in Not", "à Court"), unless what holds the town follows.
"""

from archive.standards.normal_form import word_set

COMMON_WORDS = word_set("""
    aba abee abend academy acq acy ade adler afa agen aire akin al ala alle alta amen amt ange anger angles
    annot ans ape appel appen april apt arch arches arcos are arena arenas arma army ars arsin as asa ask asse
    atid au auch august automne autumn avo avril ayer bab baba bac bach bag bains bak baker band bazel bee beers
    belica bell bender berg best beta bevel bias binnenstad birke bishop blond bo bode bogue bois bol bong boo
    boom boot bor bord border borders borel born bot bow bra brand bridge bro brucke brug bu buche bud bullet
    bunde bureau burg burst bury busy cab calle came camp campan campos can canon capitaneria carlton casella
    cast castle cat cee centrale centre centro change charge chars cheb chet chop christmas church civil claro
    classe cles coast cocu comps concise concord congress contest cook corre costa cote court coves cox cretu
    crit croce cross crown cruz cunha cut cuts dad dag dalvik dam damp deba debe deg deja delle dello delphi
    delve demo devin dezember dia dieci diesen dijk dio diss dob doc dollar don dorf dorp downside drain drum
    dry dun ea eagle easter ebbe echo ede ee een egg eiche eine elen elm emblem ename ende enter envie era erl
    err esse est este ete evans fadd fae faith fas fass februar feld fell fes feuer finale fiss flucht folz
    foret forone forth four freitag front fully gap gare gas gemini ger gericht gewahrsam gimel give gli goes
    grab grabs grace grad graft gram grande grave gray grenade grund guard guardia guerra guerre guise gy haar
    hadim hafen haft hai hall hank hard hat haus haven heel hees heide hel herbst heure hill hills hiver hof
    holt hong hope hora horn hospital hot hour hov hub huis hun hut iana iden ifs ig ige ihren ii il ile ilow
    ins insel invierno ios ip ise isle iver jak januar jaren jit job jour jours juli juni kai kall kerk kil kill
    kilo king kirchen kissing knock koka komen kreuz kust kuste la lab lack lacs lag lak land langa largs law
    lazy leer lend lettere leu level liberty ligne limite linde linden line linger lint list lista lo lodge
    longa loose lopar lorry lot loz lu lug lumino mad made magenta magnet mairie mal manage manana mango manor
    mantel many mar marca mare marina marine marino market markt mars marz mas mata matin mattina meer melden
    melon mens mer mere mese messy meta mex midi mill mir mis mission mittag mold molen mollis molo mond montag
    moor mor morgen mos moso most mount moyen msec much mus mussen mut nacht nack nave navy nette nine nis nisi
    noche noel none nord norte not noto notte nov nove nuit nur nutzen oeste oever of ogni ogre ohne olen on one
    opera or ora ort os oss ottava ouest outer ovest pace paix pal pale panic pap paper paques parce parent
    parliament pasta pausa pays peel per pero piano pico pill pin place plage planes plano plate plats playa
    plaza plein poisson police polizei polizia poll polling pont pope port porto postal pouch pray prefecture
    prince principe printemps proven puck puerto pure quarante quart quarter quel quer race radon rake rast rat
    re real recht rem rena rettung rez rho rich richtung ridge ring ro roes roja root rose rossa rot rouge rue
    sad saison salle salt salvamento sand sandy save sax sbarco schiff se sec see seem seenot sees segno sem
    send sent september ser sera seta settle sia siano sic sicherheit side sig sigma sil silly ski smile smith
    snow soir sommer son sonne sonntag sort sos spring spy srch srem stampa staple stato stein stade stern still stock
    store stra strand sud summer sur tab tabdi tal tanne tar tard tarde tars tau taylor temple them thorn time
    tire tit titel toc tour tous tower train tran trange traves treffen tres trim trip tune turner tut ufficio
    union uri ury us valor vals van var vars vary ven verano vers vert vez vi victoria victory vide vieux vif
    vinay vis vlist vogt wahlen wald warns warten wasser ways wedding weer weg weiler wiese winter wood woods
    zee zeven zone zoo
""")
