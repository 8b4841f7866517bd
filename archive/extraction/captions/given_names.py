"""
Given names of the languages that captions are written in, without accents and capitals.

They only confirm what the form of a name suggests: a name that begins with one is more likely a person than an outlet.
"""

from archive.standards.normal_form import word_set

# Also places: these confirm nothing by themselves.
ALSO_PLACES = word_set("""
    austin bray brittany carlisle chad charlotte chelsea clifton cuba devon douglas florence georgia hamilton india
    israel jordan kent kenya kingsley lincoln lourdes nancy paris preston sandy sienna sydney valencia verona
    victoria
""")
GIVEN_NAMES = word_set("""
    aad aafke aaron abdel abdul abdullah abel abelardo abigail achille achim ada adam adela adelaide adele adeline
    adolfo adriaan adrian adriana adriano adrien agata agathe agnes agnese agnieszka agostino agueda agustin ahmad
    ahmed aidan ailsa aimee ainhoa aisha aitor alain alan alastair alba albane albert alberta albertine alberto alda
    aldo alec alejandra alejandro alessandra alessandro alessia alessio alex alexander alexandra alexandre alexei
    alexey alexia alexis alfie alfio alfonsina alfonso alfred alfredo ali alice alicia aline alison alistair alix
    alphonse alvaro alvise alwin amaia amanda amandine amaury amber ambre amedeo amelia amelie amina amir amira
    amparo amy ana anais anastasia anatole anders andre andrea andreas andres andrew andrzej andy angel angela
    angelica angelo angus aniceto anil anita anja anke ann anna annalisa annamaria anne annegret anneke annelies
    annette annie annika anouk anthony antje antoine antoinette anton antonella antonello antonia antonin antonino
    antonio antony anwar apolline araceli aranzazu arben arend ariane arianna arie arif aristide arjan arjun arlo
    armand armando armelle armin arnaldo arnaud arndt arno arnoud aron arrigo arsene arthur artur arturo ashley asif
    asma assunta astrid asuncion attilio aude audrey auguste augustin augusto aurelie aurelien aurelio aurora aurore
    axel axelle ayesha aziz baptiste barbara barnabe barney barry bart bartolomeo bas bashir basile bastiaan bastian
    bastien bauke bea beate beatrice beatrix beatriz becky begona belen bella ben benedetta benedict benedicte
    beniamino benito benjamin benoit berend berenice bernadette bernard bernardino bernardo bernd bernhard bert
    berthe bertrand beth bethan bettina betty beverley biagio bianca bilal bill billy birgit birte bjorn blaise
    blanca blanche bob bobby bodo bogdan boris borja bram branko brenda brendan brian brice bridget brigitte britta
    bronwen bruce bruna bruno bryan bryony burkhard caitlin callum cameron camilla camille candela capucine carina
    carine carl carla carlo carlos carlotta carmela carmelo carmen carmine carol carole carolien caroline carsten
    carys catalina caterina catherine cathy cayetano cecil cecile cecilia cedric cees celeste celestin celia celine
    cem ceri cesar chantal charlene charles charlie charline chen chiara chloe chris christa christelle christian
    christiane christina christine christof christoph christophe christopher ciara cinzia claas claire clara clare
    clarisse claude claudette claudia claudine claudio clelia clemence clemens clement clementine clive clotilde
    coen colette colin coline concetta concha connor conny conor constance consuelo cor coralie cordula corentin
    corinne cornelia cornelis corrado corry cosimo costanza craig cristiano cristina cristobal cyprien cyril cyrille
    daan dagmar dai daisy damian damien dan daniel daniela daniele danielle danny daphne dario darren dave david
    davide dawn dean debbie debora deborah declan deirdre dejan delphine denis denise deniz dennis derek dermot
    desire desmond detlef diana diane didier diederik diego dieter dietmar dietrich dilys dimitar dimitri dimitris
    dirk dmitri dmitry dolores domenica domenico domingo dominic dominique donald donata donatella donato donna dora
    dorian doris dorothea dorothee dorothy doug dougal douwe dragan duncan dylan eamon eberhard ebru eckhard ed
    eddie edgar edith edmond edmund edoardo edouard eduardo edward edwin eefje eelco eileen eilidh ekaterina elaine
    eleanor elena eleonora elettra eliane elie eliette elif elinor elio elisa elisabeth elisabetta elise elizabeth
    elke ella ellen ellie elliot elmar elodie eloise eloy els else elsie elvira emanuela emanuele emeline emiel
    emile emilia emiliano emilie emilien emilio emily emin emma emmanuel emmanuelle emre emrys encarna enid enrica
    enrico enrique enzo ercole eric erica erich erik erika eriko erin ermanno ernest ernesto ernst erwin esme esmee
    esperanza esteban estelle esther estrella ethan etienne ettore euan eugene eugenia eugenie eugenio eulalie
    eulogio eunice eusebio eva evan eve evelyn evert ewa ewald ewan ezequiel ezio fabian fabien fabienne fabio
    fabiola fabrice fabrizio fadi faisal falk fanny farah farid fatima fatma fausto fay federica federico felice
    felicien felicity felipe felix femke fenna ferdi ferdinand ferdinando fergus fermin fernand fernanda fernando
    ferruccio fiammetta fidel filip filippo finlay finn fiona fiorella flavia flavio fleur floor flora florent
    florian floris franca frances francesca francesco francine francis francisca francisco franck franco francois
    francoise frank frans franz franziska fraser frauke fred freddie frederic frederick frederieke frederique freek
    freya friedrich frits fritz fulvio gabi gabriel gabriela gabriele gabrielle gael gaelle gaetan gaetano gaia gail
    garance gareth gary gaspard gaspare gaston gauthier gautier gavin geert gemma genevieve gennaro geoff geoffrey
    geoffroy georg george georges georgi georgie georgina georgios gerald geraldine gerard gerardo gerben gerd gerda
    gerhard germain germaine german gernot gerrit gerry gertrud giacomo giada gianfranco gianluca gianluigi
    gianmarco gianna gianni gideon gijs gil gilbert gilberto giles gilles gillian gina ginette ginevra gino gioia
    giordano giorgia giorgio giorgos giosue giovanna giovanni gisela gisele giuditta giulia giuliana giuliano giulio
    giuseppe giuseppina giusy gladys glen glenn gloria glyn gonzalo goran gordon grace graciela graeme graham grant
    grazia graziella greg gregoire gregor gregorio gregory greta guadalupe gualtiero gudrun guglielmo guido guilhem
    guillaume guillermo gunter gunther gustave gustavo guus guy gwen gwenael gwenaelle gwyn gwyneth hal hamid hamish
    hamza hana hanna hannah hanne hanneke hannes hans harald harm harmen harold harriet harry hartmut harvey hasan
    hassan hattie hauke hayley hazel heather hector heide heidi heike heiko hein heiner heinrich heinz heleen helen
    helene helga helge helmut hendrik henk henning henri henrietta henrike henry herbert herman hermann hermine
    herminia hernan herve hidde hilary hilda hildegard hippolyte hiroshi holger holly honore hope horst hortense
    hubert hugh hugo huguette hussein huub huw iain ian ibrahim ida idris ignacio ignazio igor iker ilaria ilias
    ilka ilse immacolata imogen imran inaki ines inga inge ingeborg ingo ingrid inmaculada insa ioana ioannis iona
    irene iria iris irma irmgard isaac isabel isabell isabella isabelle isidore isidro iskander isla ismael ismail
    isobel italo itziar ivan ivana ivano ivor ivy jaap jacco jacinto jack jackie jacky jacob jacopo jacqueline
    jacques jade jaime jake jakub jamal james jamie jan jana jane janet janice janina janneke jantine jaroslav
    jasmijn jasmine jason jasper javed javier jay jean jeanne jeannine jeff jeffrey jelle jemima jennifer jenny jens
    jeremie jeremy jeroen jerome jerry jess jesse jessica jessie jesus jill jim jimena jimmy jiri jo joachim joan
    joanna joanne joao joaquin jocelyn jocelyne jochen jodie joe joel joelle joep johan johann johanna johannes john
    johnny joke jon jonah jonas jonathan jonny joost joppe jordan jordi jorg jorge jorien joris jorn jos jose josef
    josefa josep joseph josephine josette josh joshua josien joske jovan joy joyce juan juana judith judy jules
    julia julian juliane julie julien julienne juliet juliette julio june jurgen jurriaan justin justine jutta
    kaatje kai kamal kamil karel karen karim karin karine karl karla karol karoline karsten kasia kaspar kate
    katharine katherine kathleen kathrin kathryn kathy katie katja katrin katy kay kees keiran keith kelly kemal ken
    kenji kenneth kerry kerstin kev kevin khaled khalid kieran kim kirsten kirsty kit klaas klara klaus koen konrad
    konstantin konstantinos koos kostas kris kristin kristina krzysztof kurt kwame kyle lachlan laetitia lara lars
    lasse laura lauren laurence laurene laurens laurent laurie lavinia lawrence layla lazare lea leah leandre
    leandro lee leila leire len lena lennart leo leon leonard leonardo leonhard leonie leopold lesley leslie leticia
    letizia lewis leyla lia liam lidia lidija lieke lien lies liesbeth liesel lieselotte lilian liliana liliane
    lillian lily linda lindsay linh linus lionel lisa liselotte livia livio liz lloyd lodewijk loic lois lola
    loredana lorena lorenza lorenzo lorette lorna lorraine lothar lotte lottie lou louane louis louisa louise
    louison lourdes luc luca lucas lucette lucia lucian luciana luciano lucie lucien lucienne lucinda lucio lucrezia
    lucy ludivine ludmila ludovic ludwig luigi luis luisa luise lukas luke lutz luuk lydia lydie lynn lynne lyse
    maaike maarten maartje mabel macarena machteld maciej maddalena madeleine mael maelle maeve magali magdalena
    maggie magnus mahmoud maia mair maite malik malo malte mandy manfred manolo manon manu manuel manuela mara marc
    marcel marceline marcello marcelo marcia marco marcos marcus mareike marek margaret margarete margarita margaux
    margherita margot marguerite maria mariagrazia marialuisa mariam marian marianne mariano maribel marica marie
    marieke mariette marijke marijn marilyn marin marina marine mario marion marisa marisol marius marjorie mark
    marko marleen marlene marlies marloes marta martha marthe martial martijn martin martina martine marvin mary
    massimiliano massimo mateo mateusz mathew mathias mathieu mathilde mathis matias matilda matilde matt matteo
    matthew matthias matthieu mattia mattijs maud maura maureen maurice maurits mauro mavis max maxence maxime
    maxine mechthild meg megan mehmet mei meike meinhard mel melanie melchior melina meline melissa menno mercedes
    meredith merel merle mervyn mia michael michaela michel michela michele micheline michelle michiel mick mieke
    miguel mike milagros milan mildred milena miles millie milo milos miranda mireia mireille mirella miriam mirjam
    mirjana mirko mohamed mohammad mohammed moira mollie molly mona monica monika montse morag morgan morgane moritz
    moses moussa muhammad murat muriel mustafa mylene myra myrthe nabil nacho nadege nadia nadine nadir nael nanda
    nando naomi nasser natalia natalie natasha nathalie nathan ned neil nele nell nellie nello nerea nerys nestor
    niall nicholas nick nicky nicla nico nicola nicolas nicole nicoletta nicolo niek niels nienke nieves nigel
    niklas nikola nikolai nikos nils nina nino noah noe noel noelia noemi noemie nolwenn nora norbert norma norman
    nuno nunzia nuria oceane octave odette odile ola olaf ole oleg oleksandr olena olga olive oliver olivia olivier
    ollie omar omer onno oreste oriane ornella orsola oscar oskar osman oswald otis ottavio otto ousmane owain owen
    pablo paco paloma pam pamela panagiotis paola paolo pascal pascale pascual pasquale pat patrice patricia patrick
    patrik patrizia paul paula paulette paulien pauline pavel paz pearl pedro peer peggy penelope penny pepe percy
    perrine perry petar pete peter petra petros phil philip philipp philippa phillip phillipa phoebe phyllis pien
    piera pierluigi piero pierre pierrick piers pieter pietro pilar pim pina pino piotr piper polly poppy primo
    priscilla priya prosper prue prune purificacion quentin quique quirijn rachael rachel rachid rafael raffaele
    raffaella rahul raimondo rainer raj rajesh ralf ralph rami ramiro ramon ramzi rana raoul raphael raphaelle
    raquel rashid raul ravi ray raymond raymonde rebeca rebecca reg reginald regine regis reiner reinhard reinier
    remco remi remy renata renate renato renaud rene renee rens renske renzo rex reza rhiannon rhodri rhona rhys
    ricardo riccardo richard rick ricky rik rino rinske rita rob robbert robbie robert roberta roberto robin rocco
    rocio rod roderick rodney rodolfo rodolphe rodrigo roel rogelio roger roland rolf romain roman romane romano
    romeo romolo ron ronald ronan ronnie roos rory ros rosa rosalba rosalie rosalind rosamund rosanna rosaria
    rosario rose roseanna roselyne rosemarie rosemary rosetta rosie ross rossana rossella rowan rowena roxane roy
    ruben ruby rudiger rudolf rufus ruggero rui rupert ruprecht russ russell rutger ruth ruud ryan sabah sabine
    sabino sabrina sacha sadie said saif salim sally salman salome salvador salvatore sam samantha sami samir samira
    samuel samuele sancho sander sandra sandrine sandro sanjay sanne sante santiago santo sara sarah sascha saul
    saverio scott seamus sean sebastian sebastiano selim selina serena sergei sergey sergio sergiy serhii seth
    settimio severine shane shannon sharon shaun sheila shirley sian sid sidney siegfried sietske sigrid silas silke
    silvana silvano silvia silvio simeon simon simona simone sina sinan sinead siobhan sjaak sjoerd slobodan sofia
    sofie solange soledad solene sonia sonja sophia sophie soren spencer stan stanislav stanley stavros stefan
    stefania stefanie stefano steffen stelios stella stephane stephanie stephen steve steven stewart stijn stuart
    sue suleiman sunil susan susana susanna susie suzanne suzon svea sven svetlana swantje sybille sylvain sylvaine
    sylvestre sylvia sylvie tabitha tamara tamer tamsin tancredi tanguy tania tanja tara tarek tariq tatiana ted
    teodoro terence teresa terry tess tessa teun teunis thana thea thelma theo theodor theodore theophile theresa
    therese thibaud thibault thierry thijs thilo thomas thorsten tiago tijmen tilda till tilly tim timothy tina
    tineke titouan tiziana tiziano tobias toby todd tom tomas tomasz tommaso tommy tonino tony toon torben torsten
    tracey tracy trevor tricia trinidad tristan truus ubaldo udo ugo ulf uli ulrich ulrike ulysse umberto unai
    urbain urko ursula ursule ute uwe valentin valentina valentine valentino valeria valerie valerio valery vanessa
    vanni vasco vasilis vasyl veerle vera verena verity vernon veronica vic vicente vicky victor victoriano
    victorien victorine vikki viktor vince vincent vincenza vincenzo viola violet virgilio virginia virginie vito
    vittoria vittorio vivian viviane vivien vlad vladimir volker volkmar volodymyr wael wallace walter waltraud
    warren wei wendy werner wesley wiebke wilf wilfred wilhelm will willem willemijn william willie wim winifred
    winston wojciech wolf wolfgang wolfram wouter xabier xavi xavier yael yago yan yann yannick yannis yasmin yasser
    yiannis yohan yolanda yolande youssef yuki yuri yusuf yvan yves yvette yvonne zac zach zack zainab zara zelie
    zeno zeynep zita zoe zoran
""")
