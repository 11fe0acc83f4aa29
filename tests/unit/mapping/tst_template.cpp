// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/mapping/template.h"

#include <QTest>

using namespace eph;
using namespace eph::mapping;

namespace {

/// What a template comes to, or the message of what is wrong with it. `$data` is what the JSON says.
QString rendered(const QString &text, const QByteArray &data = "null", Missing missing = Missing::AsWritten)
{
    const auto parsed = Template::parse(text);
    if (!parsed)
        return "error: " + parsed.error().message;
    Variables variables{{"data", valueOfJson(data).value_or(Value())}};
    const auto result = parsed->render(variables, missing);
    return result ? *result : "error: " + result.error().message;
}

} // namespace

class tst_Template : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    void rendersAsVelocityDoes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("text") << "{\"a\": 1, \"b\": \"#1 costs $5\"}" << "{\"a\": 1, \"b\": \"#1 costs $5\"}";
        QTest::newRow("reference") << "#set($x = 'a')$x ${x}b $!x" << "a ab a";
        QTest::newRow("unknown stays") << "$nothing ${nothing.at.all} $nothing.is()" << "$nothing ${nothing.at.all} $nothing.is()";
        QTest::newRow("unknown and quiet") << "[$!nothing][$!{nothing.at}]" << "[][]";
        QTest::newRow("brace not closed") << "#set($x = 1)${x is text" << "${x is text";
        QTest::newRow("names have hyphens") << "#set($a-b = 1)$a-b" << "1";
        QTest::newRow("dot at the end is text") << "#set($x = 'a')$x. $x.." << "a. a..";
        QTest::newRow("bracket behind is text") << "#set($x = 'a')$x[ $x[]" << "a[ a[]";
        QTest::newRow("escaped reference") << "#set($x = 1)\\$x \\\\$x \\$y \\\\$y" << "$x \\1 \\$y \\\\$y";
        QTest::newRow("escaped directive") << "\\#set($x = 1) \\#end" << "#set($x = 1) #end";
        QTest::newRow("backslash alone") << "a\\b\\n" << "a\\b\\n";
        QTest::newRow("line comment") << "a## no\nb" << "ab";
        QTest::newRow("comment") << "a#* no\n *#b" << "ab";
        QTest::newRow("comment not closed") << "a\n#* no" << "error: Line 2 of the mapping template: the comment has no end (*#).";
        QTest::newRow("taken as it is") << "#[[ $x #if ]]#" << " $x #if ";
        QTest::newRow("set takes blanks and line") << "a\n  #set($x = 1)  \nb" << "a\nb";
        QTest::newRow("set to null changes nothing") << "#set($x = 1)#set($x = $nothing)$x" << "1";
        QTest::newRow("set member") << "#set($m = {'a': 1})#set($m.b = 2)#set($m['c'] = 3)$m" << "{a=1, b=2, c=3}";
        QTest::newRow("set item") << "#set($l = [1, 2])#set($l[1] = 5)$l" << "[1, 5]";
        QTest::newRow("if") << "#if(true)a#{else}b#end" << "a";
        QTest::newRow("elseif") << "#if(false)a#elseif(true)b#{else}c#end" << "b";
        QTest::newRow("a word that begins as one") << "#if(true)a#endpoint#elsewhere#end#setting #set it" << "a#endpoint#elsewhere#setting #set it";
        QTest::newRow("lines of directives go") << "#if(true)\n  a\n#else\n  b\n#end\nc" << "  a\nc";
        QTest::newRow("all but null and false are true") << "#if('')1#end#if(0)2#end#if([])3#end#if($nothing)4#end#if(false)5#end" << "123";
        QTest::newRow("foreach") << "#foreach($x in ['a', 'b'])$foreach.index:$x#if($foreach.hasNext),#end#end" << "0:a,1:b";
        QTest::newRow("count") << "#foreach($x in ['a', 'b'])$foreach.count$velocityCount#end" << "1122";
        QTest::newRow("foreach over members") << "#foreach($x in {'a': 1, 'b': 2})$x#end" << "12";
        QTest::newRow("foreach over nothing") << "#foreach($x in $nothing)a#end" << "";
        QTest::newRow("foreach in foreach") << "#foreach($a in [1..2])#foreach($b in [1..2])$a$b $foreach.index #end$foreach.index|#end" << "11 0 12 1 0|21 0 22 1 1|";
        QTest::newRow("the loop around") << "#foreach($a in [1..2])#foreach($b in [1])$foreach.parent.count#end#end" << "12";
        QTest::newRow("variable of a loop ends with it") << "#set($x = 'o')#foreach($x in [1])$x#end$x" << "1o";
        QTest::newRow("break") << "#foreach($x in [1..5])#if($x == 3)#break#end$x#end!" << "12!";
        QTest::newRow("stop") << "a#stop b" << "a";
        QTest::newRow("range downwards") << "#foreach($x in [3..1])$x#end" << "321";
        QTest::newRow("macro") << "#macro(pair $k $v)\n\"$k\": \"$v\"#end\n#pair('a' 1)#pair(\"b\", 2)" << "\"a\": \"1\"\"b\": \"2\"";
        QTest::newRow("macro before it is defined is nothing") << "[#hi()]#macro(hi)hi#end#hi()" << "[]hi";
        QTest::newRow("define") << "#define($block)<$x>#end#set($x = 1)$block#set($x = 2)$block" << "<1><2>";
        QTest::newRow("text between double quotation marks") << "#set($x = 'w')#set($y = \"$x#if(true)!#end\")$y" << "w!";
        QTest::newRow("text between single ones stays") << "#set($y = '$x#if')$y" << "$x#if";
        QTest::newRow("quotation mark twice") << "#set($y = 'it''s')$y#set($y = \"a\"\"b\")$y" << "it'sa\"b";
        QTest::newRow("arithmetic") << "#set($x = 1 + 2 * 3 - 4 / 2)$x|#set($x = 7 / 2)$x|#set($x = 7 % 4)$x|#set($x = (1 + 2) * 3)$x" << "5|3|3|9";
        QTest::newRow("floating") << "#set($x = 7 / 2.0)$x|#set($x = 1.5 + 1.5)$x|#set($x = 1.0e10)$x|#set($x = 0.0001)$x" << "3.5|3.0|1.0E10|1.0E-4";
        QTest::newRow("divided by zero is null") << "#set($x = 1)#set($x = 4 / 0)$x#set($x = 4 % 0)$x" << "11";
        QTest::newRow("texts are put together") << "#set($x = 'a' + 1)$x" << "a1";
        QTest::newRow("comparisons") << "#if(1 < 2 && 2 <= 2 && 3 > 2 && 3 >= 3 && 1 != 2 && 1 == 1.0)y#end" << "y";
        QTest::newRow("comparisons in words") << "#if(1 lt 2 and 2 le 2 and 3 gt 2 and 3 ge 3 and 1 ne 2 and 1 eq 1 and not false or false)y#end" << "y";
        QTest::newRow("different types by their text") << "#if('1' == 1)a#end#if('a' == 'b')b#end#if($nothing == '')c#end#if($nothing == $nothing2)d#end" << "ad";
        QTest::newRow("negative") << "#set($x = -5)$x|#set($x = 3 - -5)$x|#set($x = 3 -5)$x" << "-5|8|-2";
        QTest::newRow("list and map") << "#set($x = [1, 'a', [true], {\"k\": null}])$x" << "[1, a, [true], {k=null}]";
        QTest::newRow("methods of texts") << "#set($s = ' aXbXc ')$s.trim().toLowerCase() $s.length() $s.indexOf('X') $s.trim().split('X').size() $s.replaceAll('(X)', '<$1>').trim() $s.trim().substring(1, 3) $s.contains('b') $s.trim().matches('a.*')" << "axbxc 7 2 3 a<X>b<X>c Xb true true";
        QTest::newRow("methods of lists") << "#set($l = [])#set($ok = $l.add('a'))$ok $l.size() $l.get(0) $l.isEmpty() $l.contains('a') $l.empty" << "true 1 a false true false";
        QTest::newRow("methods of maps") << "#set($m = {'a': 1})#set($ok = $m.put('b', 2))$m.keySet() $m.size() $m.containsKey('b') #foreach($e in $m.entrySet())$e.key=$e.getValue();#end" << "[a, b] 2 true a=1;b=2;";
        QTest::newRow("call without an answer prints nothing when it is quiet") << "#set($m = {})[$!m.put('a', 1)]$m.a" << "[]1";
        QTest::newRow("numbers out of texts") << "#set($Integer = 0)#set($n = $Integer.parseInt('12') + 1)$n" << "13";
        QTest::newRow("from the end") << "#set($l = [1, 2, 3])$l[-1]#set($l[-1] = 5)$l" << "3[1, 2, 5]";
        QTest::newRow("lines in a match") << "#set($s = \"a\nb\")$s.matches('a.*')" << "false";
        QTest::newRow("digits of other scripts") << QString::fromUtf8("#set($x = \xd9\xa3)") << QString::fromUtf8("error: Line 1 of the mapping template: “\xd9\xa3” is no expression.");
        QTest::newRow("brackets that are text") << "#set($a = 1)" + QString("$a[").repeated(200) + "#if(true)x#end" << QString("1[").repeated(200) + "x";
        QTest::newRow("what Java would refuse is null") << "#set($l = [1])[$!l.get(5)][$!l[5]][$!l.get('a')][$!l.nothing()]" << "[][][][]";
        QTest::newRow("no classes") << "#set($x = 'a')[$!x.class][$!x.getClass()]" << "[][]";
        QTest::newRow("curly directives") << "#{if}(true)a#{end}b" << "ab";
        QTest::newRow("lines within") << "#if( true\n && true )\na#end" << "a";
        QTest::newRow("not closed") << "a\nb #if(true) c" << "error: Line 2 of the mapping template: #if has no #end.";
        QTest::newRow("end without a beginning") << "a\n#end" << "error: Line 2 of the mapping template: #end stands without an #if.";
        QTest::newRow("set without a value") << "#set($x)" << "error: Line 1 of the mapping template: “#set” wants a “=” here.";
        QTest::newRow("set of a word") << "#set($x = word)" << "error: Line 1 of the mapping template: “word” is no expression; a text stands between quotation marks.";
        QTest::newRow("text not closed") << "#set($x = \"a)" << "error: Line 1 of the mapping template: the text has no closing quotation mark.";
        QTest::newRow("foreach without in") << "#foreach($x of [1])#end" << "error: Line 1 of the mapping template: #foreach wants a list, such as #foreach($item in $list).";
        QTest::newRow("ends in an expression") << "#if($x ==" << "error: Line 1 of the mapping template: the template ends within an expression.";
    }
    void rendersAsVelocityDoes()
    {
        QFETCH(QString, text);
        QTEST(rendered(text), "expected");
    }

    void nothingIsAnEmptyTextWhereThatIsAsked_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("expected");
        QTest::newRow("printed") << "[$nothing][$data.nothing][${data.nothing.at.all}][$data.nothing()]" << "[][][][]";
        QTest::newRow("compared") << "#if($nothing == '')a#end#if($nothing == $null)b#end#if($nothing != '')c#end#if('' == $data.x)d#end#if($nothing == 'x')e#end" << "abd";
        QTest::newRow("null of JSON") << "[$data.null]#if($data.null == '')a#end" << "[]a";
        QTest::newRow("true or not") << "#if($nothing)a#end#if(!$nothing)b#end" << "b";
    }
    void nothingIsAnEmptyTextWhereThatIsAsked()
    {
        QFETCH(QString, text);
        QTEST(rendered(text, R"({"null":null})", Missing::Empty), "expected");
    }

    void printsJsonAsTheServiceDoes_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QByteArray>("data");
        QTest::addColumn<QString>("expected");
        QTest::newRow("object is a map") << "$data" << QByteArray(R"({"b":1,"a":"x","n":null})") << "{b=1, a=x, n=null}";
        QTest::newRow("list stays JSON") << "$data" << QByteArray(R"([1,"a",{"k":[true,null]}])") << R"([1,"a",{"k":[true,null]}])";
        QTest::newRow("list within an object") << "$data" << QByteArray(R"({"l":["x"]})") << R"({l=["x"]})";
        QTest::newRow("numbers") << "$data.i $data.f $data.e $data.big" << QByteArray(R"({"i":10,"f":1.50,"e":1e3,"big":12345678901234})") << "10 1.5 1000.0 12345678901234";
        QTest::newRow("members by name, index and method") << "$data.a.b $data['a'].b $data.l[1] $data.get('a').get('b')" << QByteArray(R"({"a":{"b":"x"},"l":[1,2]})") << "x x 2 x";
        QTest::newRow("no JSON is null") << "$!data." << QByteArray("{") << ".";
    }
    void printsJsonAsTheServiceDoes()
    {
        QFETCH(QString, text);
        QFETCH(QByteArray, data);
        QTEST(rendered(text, data), "expected");
    }

    void boundsWhatIsHostile_data()
    {
        QTest::addColumn<QString>("text");
        QTest::addColumn<QString>("why");
        QTest::newRow("rounds") << "#foreach($x in [1..1001])#end" << "more than 1000 rounds";
        QTest::newRow("range") << "#set($x = [1..2000000000])" << "longer than";
        QTest::newRow("steps") << "#foreach($a in [1..1000])#foreach($b in [1..1000])$a#end#end" << "The mapping template takes"; // Too many steps, or on a slow machine too long.
        QTest::newRow("text") << "#set($t = 'aaaaaaaaaaaaaaaa')#foreach($a in [1..40])#set($t = \"$t$t\")#end" << "10 MB";
        QTest::newRow("macro that calls itself") << "#macro(again)#again()#end#again()" << "without end";
        QTest::newRow("block that holds itself") << "#define($b)$b#end$b" << "without end";
        QTest::newRow("nested brackets") << "#set($x = " + QString(5000, '(') + "1" << "nested too deep";
        QTest::newRow("nested lists") << "#set($x = " + QString(5000, '[') << "nested too deep";
        QTest::newRow("nested ifs") << QString("#if(true)").repeated(5000) << "nested too deep";
        QTest::newRow("many nots") << "#if(" + QString(5000, '!') + "true)a#end" << "nested too deep";
        QTest::newRow("a long sum") << "#set($x = 1" + QString("+1").repeated(5000) + ")" << "too long";
    }
    void boundsWhatIsHostile()
    {
        QFETCH(QString, text);
        QFETCH(QString, why);
        const QString result = rendered(text);
        QVERIFY2(result.startsWith("error: ") && result.contains(why), qPrintable(result.left(200)));
    }

    void nothingHoldsItself()
    {
        QCOMPARE(rendered("#set($l = [])#set($m = {'l': $l})#set($x = $l.add($l))#set($x = $l.add($m))$!l.add([$l])$l.size() $m"), "0 {l=[]}");
    }

    void whatIsNestedWithoutEndComesToAnEnd_data()
    {
        QTest::addColumn<QString>("text");
        // Each of these once took the stack, the memory or the time.
        const QString twice = "#foreach($a in [1..1000])#foreach($b in [1..1000])";
        QTest::newRow("lists in lists") << "#set($l = [])" + twice + "#set($l = [[[[[[[[[[$l]]]]]]]]]])#end#end$l";
        QTest::newRow("maps in maps") << "#set($top = {})#set($now = $top)" + twice + "#set($next = {})#set($x = $now.put('n', $next))#set($now = $next)#end#end$top";
        QTest::newRow("a text that doubles") << "#set($s = 'aaaaaaaa')#foreach($a in [1..60])#set($s = $s + $s)#end";
        QTest::newRow("by a method") << "#set($s = 'aaaaaaaa')#foreach($a in [1..60])#set($s = $s.concat($s))#end";
        QTest::newRow("by replacing") << "#set($s = 'aaaaaaaa')#foreach($a in [1..60])#set($s = $s.replace('a', 'aa'))#end";
        QTest::newRow("a list that doubles") << "#set($l = [1, 2])#foreach($a in [1..60])#set($x = $l.addAll($l))#end";
        QTest::newRow("a list that holds the same twice") << "#set($l = [1])#foreach($a in [1..60])#set($l = [$l, $l])#end#set($y = [])#set($x = $y.add($l))$y.size() $l";
        QTest::newRow("searches in large texts") << "#set($s = 'aaaaaaaa')#foreach($a in [1..20])#set($s = $s + $s)#end" + twice + "#set($x = $s.contains('b'))#end#end";
        QTest::newRow("an entry that holds its map") << "#set($m = {'a': 1})#set($o = {'k': $m})#set($e = $o.entrySet().get(0))#set($z = $m.put('x', $e))#if($m.size() == 1)1 [[#end";
        QTest::newRow("entries in entries") << "#set($e = 'x')#foreach($i in [1..900])" + QString("#set($m = {'k': $e})#set($e = [$m.entrySet().get(0)])").repeated(20) + "#end1 [[$e";
        QTest::newRow("a range at the end of numbers") << "1 [[#foreach($i in [9223372036854775800..9223372036854775807])$i#end";
        QTest::newRow("a range over all numbers") << "#foreach($i in [-9223372036854775807..9223372036854775807])$i#end";
        const QString big = "#set($a = 'aaaaaaaaaa')" + QString("#set($a = $a + $a)").repeated(16);
        QTest::newRow("letters by large texts") << big + "$a.replace('a', $a).length()";
        QTest::newRow("matches by large texts") << big + "$a.replaceAll('a', $a).length()";
        QTest::newRow("nothing by large texts") << big + "$a.replace('', $a).length()";
        QTest::newRow("parts of large texts") << big + QString("#set($a = $a + $a)").repeated(4) + "#if($a.split('').size() > 1)no#{else}1 [[#end";
        const QString many = "#set($l = [1..10000])" + QString("#set($z = $l.addAll($l))").repeated(6);
        QTest::newRow("a large list into a map again and again") << many + "#set($m = {})#foreach($i in [1..1000])#set($q = [1])#set($z = $q.addAll($l))#set($z = $m.put($i, $q))#end";
        QTest::newRow("a large list that is looked at again and again") << many + "#set($m = {})" + twice + "#set($n = [$l])#set($z = $m.put('k', $n))#end#end";
        QTest::newRow("a large list among numbers") << many + "#if($l.contains([$l]))no#{else}1 [[#end";
        QTest::newRow("large lists that are compared") << many + "#set($k = [$l])" + twice + "#if($l == $k)#end#end#end";
        QTest::newRow("a large list as a key") << many + "#set($m = {})" + twice + "#set($z = $m.put($l, 1))#end#end";
        QTest::newRow("a block that is asked for") << big + "#define($d)$a#end" + twice + "#if($d)#end#end#end";
        QTest::newRow("an expression that tries everything") << "#set($s = 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab')" + twice + "#set($z = $s.matches('(a|aa|b)+c?'))#end#end";
        QTest::newRow("sums in macros") << "#macro(m)#set($x = \"#m()\"" + QString(" + 1").repeated(900) + ")#end#m()";
    }
    void whatIsNestedWithoutEndComesToAnEnd()
    {
        QFETCH(QString, text);
        const QString result = rendered(text);
        QVERIFY2(result.startsWith("error: ") || result.startsWith("1 [[") || result.startsWith("655360"), qPrintable(result.left(200)));
    }

    void aBodyOfManyKeysIsRead()
    {
        QByteArray json = "{";
        for (int i = 0; i < 300'000; ++i)
            json += (i > 0 ? ",\"k" : "\"k") + QByteArray::number(i) + "\":1";
        const auto value = valueOfJson(json + '}');
        QVERIFY(value);
        QCOMPARE((*value->as<Value::MapPtr>())->members().size(), 300'000);
        QCOMPARE((*value->as<Value::MapPtr>())->find("k299999")->text(), "1");
    }

    void jsonIsWrittenAsItWasRead_data()
    {
        QTest::addColumn<QByteArray>("json");
        QTest::newRow("order and types") << QByteArray(R"({"z":1,"a":[true,null,"x"],"f":0.5,"e":{}})");
        QTest::newRow("letters") << QByteArray("{\"ü\":\"€ \\\"q\\\" \\\\ \\n\"}");
        QTest::newRow("alone") << QByteArray("7");
    }
    void jsonIsWrittenAsItWasRead()
    {
        QFETCH(QByteArray, json);
        const auto value = valueOfJson(json);
        QVERIFY(value);
        QCOMPARE(jsonOf(*value), json);
    }

    void tooDeepJsonIsNone()
    {
        QVERIFY(!valueOfJson(QByteArray(100'000, '[')));
        QVERIFY(!valueOfJson(QByteArray(300, '[') + QByteArray(300, ']')));
        QVERIFY(valueOfJson(QByteArray(150, '[') + QByteArray(150, ']')));
    }
};

QTEST_APPLESS_MAIN(tst_Template)
#include "tst_template.moc"
