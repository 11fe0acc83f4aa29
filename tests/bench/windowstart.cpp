// SPDX-License-Identifier: GPL-3.0-or-later
// windowstart SECONDS COMMAND...: starts a program under DISPLAY and looks at its window until it stands still. Prints one
// JSON line: milliseconds until the window is mapped, painted (more than one colour in its top rows), highlighted (letters
// in colours in its middle), and settled (no processor time for 250 ms); and the memory it then has, in MiB.
#include <X11/Xlib.h>
#include <X11/Xutil.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>
#include <string>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace {

using namespace std::chrono_literals;
using Clock = std::chrono::steady_clock;

constexpr int TopRows = 80;
constexpr int EnoughPixels = 100;
constexpr int EnoughColour = 60; // Distance between the strongest and the weakest channel.

double millisecondsSince(Clock::time_point start)
{
    return std::chrono::duration<double, std::milli>(Clock::now() - start).count();
}

long processorTicks(pid_t process)
{
    std::ifstream file("/proc/" + std::to_string(process) + "/stat");
    std::string line;
    std::getline(file, line);
    std::istringstream fields(line.substr(std::min(line.size(), line.rfind(')') + 1)));
    std::string skipped;
    for (int i = 0; i < 11; ++i)
        fields >> skipped;
    long user = 0;
    long system = 0;
    fields >> user >> system;
    return user + system;
}

double residentMiB(pid_t process)
{
    std::ifstream file("/proc/" + std::to_string(process) + "/smaps_rollup");
    for (std::string line; std::getline(file, line);) {
        long kib = 0;
        if (std::sscanf(line.c_str(), "Rss: %ld", &kib) == 1)
            return double(kib) / 1024;
    }
    return 0;
}

struct Shown {
    Window window = 0;
    int width = 0;
    int height = 0;
};

/// The first large window on the screen, or none. Asked for, not waited for: an event is lost with the window it came from.
Shown shownWindow(Display *display)
{
    Window root = 0;
    Window parent = 0;
    Window *children = nullptr;
    unsigned count = 0;
    Shown shown;
    if (!XQueryTree(display, DefaultRootWindow(display), &root, &parent, &children, &count))
        return shown;
    for (unsigned i = 0; i < count && !shown.window; ++i) {
        XWindowAttributes is;
        if (XGetWindowAttributes(display, children[i], &is) && is.map_state == IsViewable && !is.override_redirect && is.width > TopRows && is.height > 2 * TopRows)
            shown = {children[i], is.width, is.height};
    }
    if (children)
        XFree(children);
    return shown;
}

bool looks(Display *display, Window window, int x, int y, int width, int height, bool (*counts)(unsigned long pixel, unsigned long first))
{
    XImage *image = XGetImage(display, window, x, y, unsigned(width), unsigned(height), AllPlanes, ZPixmap);
    if (!image)
        return false;
    const unsigned long first = XGetPixel(image, std::min(5, width - 1), std::min(5, height - 1));
    int found = 0;
    for (int row = 0; row < height; row += 2) {
        for (int column = 0; column < width; ++column)
            found += counts(XGetPixel(image, column, row), first);
    }
    XDestroyImage(image);
    return found > EnoughPixels;
}

bool differs(unsigned long pixel, unsigned long first)
{
    return pixel != first;
}

bool isColoured(unsigned long pixel, unsigned long)
{
    const int red = int(pixel >> 16 & 0xFF);
    const int green = int(pixel >> 8 & 0xFF);
    const int blue = int(pixel & 0xFF);
    return std::max({red, green, blue}) - std::min({red, green, blue}) > EnoughColour;
}

} // namespace

int main(int argc, char **argv)
{
    Display *display = argc > 2 ? XOpenDisplay(nullptr) : nullptr;
    if (!display) {
        std::fputs(argc > 2 ? "windowstart: there is no display\n" : "windowstart SECONDS COMMAND...\n", stderr);
        return argc > 2 ? 1 : 2;
    }
    // A window may go while it is looked at.
    XSetErrorHandler([](Display *, XErrorEvent *) { return 0; });
    if (shownWindow(display).window) {
        std::fputs("windowstart: another window is shown already\n", stderr);
        return 1;
    }
    const double limit = std::atof(argv[1]) * 1000;
    const auto start = Clock::now();
    const pid_t child = ::fork();
    if (child == 0) {
        if (!std::freopen("/dev/null", "w", stdout) || !std::freopen("/dev/null", "w", stderr))
            ::_exit(126);
        ::execvp(argv[2], argv + 2);
        ::_exit(127);
    }
    double mapped = -1;
    double painted = -1;
    double highlighted = -1;
    double settled = -1;
    Window window = 0;
    int width = 0;
    int height = 0;
    long ticks = -1;
    auto busy = Clock::now();
    while (millisecondsSince(start) < limit && (settled < 0 || painted < 0)) {
        if (mapped < 0) {
            if (const Shown shown = shownWindow(display); shown.window) {
                mapped = millisecondsSince(start);
                window = shown.window;
                width = shown.width;
                height = shown.height;
            }
        }
        if (mapped >= 0 && painted < 0 && looks(display, window, 0, 0, width, TopRows, differs))
            painted = millisecondsSince(start);
        if (painted >= 0 && highlighted < 0 && looks(display, window, width / 4, height / 4, width / 2, height / 2, isColoured))
            highlighted = millisecondsSince(start);
        if (const long now = processorTicks(child); now != ticks) {
            ticks = now;
            busy = Clock::now();
        } else if (settled < 0 && mapped >= 0 && Clock::now() - busy > 250ms) {
            settled = std::chrono::duration<double, std::milli>(busy - start).count();
        }
        std::this_thread::sleep_for(2ms);
    }
    std::printf("{\"mapped_ms\":%.1f,\"painted_ms\":%.1f,\"highlighted_ms\":%.1f,\"settled_ms\":%.0f,\"rss_mib\":%.1f}\n", mapped, painted, highlighted, settled, residentMiB(child));
    // The screen is empty again before the next program is timed.
    ::kill(child, SIGTERM);
    std::this_thread::sleep_for(200ms);
    ::kill(child, SIGKILL);
    ::waitpid(child, nullptr, 0);
    for (int i = 0; i < 500 && shownWindow(display).window; ++i)
        std::this_thread::sleep_for(2ms);
    return mapped >= 0 ? 0 : 1;
}
