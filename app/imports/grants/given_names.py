"""Common given names in Britain, of many origins: a hint that the name of a recipient is a person's."""

_NAMES = """
aaron abdul abigail adam adele adrian agnes ahmed aidan aisha alan albert alex alexander alexandra alfie ali alice
alison amanda amara amber amelia amina amir amy andrew andrzej angela anita ann anna anne annie anthony antonia arthur
arun asha ashley asif aurora ava ayesha barbara barry beatrice ben benjamin bernard beth bethany betty bilal brenda
brian bridget bushra callum cameron carl carol caroline catherine chantelle charles charlie charlotte chidi chloe
chris christian christina christine christopher claire clare clive colin conor craig daisy daniel daniela darren dave
david dawn dean deborah denise dennis derek diana diane dipak dominic donald donna doris dorothy douglas duncan dylan
edward eileen elaine eleanor elena elizabeth ella ellen ellie emily emma eric erin ethan eva evelyn evie farah fatima
fiona florence frances francis frank fred freya gareth gary gavin gemma geoffrey george georgia gerald gillian glenn
gloria grace graham grzegorz gulshan hamza hannah harold harriet harry hassan hazel heather helen henry holly hope
howard hugh hussain ian ibrahim imran irene isaac isabella isla ivan jack jackie jacob jacqueline jade jake james
jamie jan jane janet janice jasmine jason javed jean jeffrey jennifer jenny jeremy jessica jill joan joanna joanne joe
john jonathan jordan joseph josephine joshua joyce judith julia julian julie june justin karen katarzyna kate
katherine kathleen kathryn katie kayleigh keith kelly kenneth kerry kevin khadija kieran kim krzysztof kwame kyle
laura lauren lawrence leah lee leon leonard leroy lesley lewis liam lily linda lisa lorna lorraine louis louise lucas
lucy luke lydia lynn malcolm malgorzata marcus margaret maria marian marie marilyn mark martin mary mason matthew
maureen maxine megan melanie melissa mia michael michelle miriam mohamed mohammad mohammed molly monica muhammad nadia
naomi natalie natasha nathan neil niamh nicholas nicola nigel noah nora norman nusrat oliver olivia olu omar oscar
owen pamela parveen patricia patrick paul paula pauline peter philip phillip phoebe piotr poppy priya rachel raj
rajesh ralph raymond rebecca reece rhys richard rita robert robin roger ronald rose rosemary ross roy ruby rukhsana
russell ruth ryan sajid sally sam samantha samina samir samuel sandra sanjay sara sarah scott sean shabana shane
shannon sharon shaun sheila shirley simon sofia sonia sophie stacey stanley stella stephanie stephen steven stuart
sunil susan suzanne sylvia tariq tasneem terence teresa theresa thomas tiffany timothy tina toby tomasz tony tracey
trevor tyrone usman valerie vanessa vera veronica victor victoria vincent violet vivien walter wayne wendy william
winston yasmin yusuf yvonne zachary zahra zainab zara zoe
"""
GIVEN_NAMES = frozenset(_NAMES.split())
