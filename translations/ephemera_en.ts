<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>Core</name>
    <message numerus="yes">
        <source>%n line(s) came faster than the disk took them and are missing here.</source>
        <translation>
            <numerusform>%n line came faster than the disk took it and is missing here.</numerusform>
            <numerusform>%n lines came faster than the disk took them and are missing here.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>eph::ui::FunctionForm</name>
    <message numerus="yes">
        <source>Every %n minute(s)</source>
        <translation>
            <numerusform>Every minute</numerusform>
            <numerusform>Every %n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>eph::ui::LogTimeline</name>
    <message numerus="yes">
        <source>%n line(s)</source>
        <translation>
            <numerusform>%n line</numerusform>
            <numerusform>%n lines</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n error(s)</source>
        <translation>
            <numerusform>%n error</numerusform>
            <numerusform>%n errors</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation>
            <numerusform>%n warning</numerusform>
            <numerusform>%n warnings</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>eph::ui::ScheduleCalendar</name>
    <message numerus="yes">
        <source>No other minute is free. “%1” gets a flexible window: each run at some moment within %n minutes</source>
        <translation>
            <numerusform>No other minute is free. “%1” gets a flexible window: each run at some moment within %n minute</numerusform>
            <numerusform>No other minute is free. “%1” gets a flexible window: each run at some moment within %n minutes</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>eph::ui::SocketForm</name>
    <message numerus="yes">
        <source>%n bytes: %1</source>
        <translation>
            <numerusform>%n byte: %1</numerusform>
            <numerusform>%n bytes: %1</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source> (%n characters in all)</source>
        <translation>
            <numerusform> (%n character in all)</numerusform>
            <numerusform> (%n characters in all)</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>eph::ui::SourcesPanel</name>
    <message numerus="yes">
        <source>Take %n message(s) of “%1” away? They are gone then.</source>
        <translation>
            <numerusform>Take %n message of “%1” away? It is gone then.</numerusform>
            <numerusform>Take %n messages of “%1” away? They are gone then.</numerusform>
        </translation>
    </message>
</context>
</TS>
