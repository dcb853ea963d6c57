#define BOOST_TEST_MODULE vouchsafe
#include <boost/test/unit_test.hpp>
